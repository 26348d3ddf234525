import { contentOf, readMediaType } from '../../media-type.ts'

// Of what file systems take, and of what a header holds (characters).
const LONGEST_NAME = 200
const LONGEST_TYPE = 200
const UNKNOWN_TYPE = 'application/octet-stream'

/** A name that is no path and holds no character that a file system or a header would not take. */
export function cleanName(name: string): string {
  const last = name.toWellFormed().split(/[/\\]/).at(-1) ?? ''
  const clean = last.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>:"|?*]/gu, '').trim()
  return /^\.*$/.test(clean) ? 'file' : clean.slice(0, LONGEST_NAME)
}

/** The type without parameters other than the charset: what a service says besides is not shown to people. */
export function cleanMediaType(header: string | null | undefined): string {
  const { essence, parameters } = readMediaType(header)
  if (essence === '' || essence.length > LONGEST_TYPE) return UNKNOWN_TYPE
  const charset = parameters.get('charset')
  return charset && /^[\w.:-]{1,40}$/.test(charset) ? `${essence};charset=${charset}` : essence
}

/** Whether the bytes can be redacted without being broken by it. */
export const isText = (mediaType: string): boolean =>
  ['json', 'text', 'form'].includes(contentOf(readMediaType(mediaType)))

/** The name that a service gives a file (RFC 6266, section 4.3), or that its URL ends with. */
export function nameOfAnswer(disposition: string | null, url: string): string {
  const extended = /filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(disposition ?? '')?.[1]
  const plain = /filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(disposition ?? '')
  const named = extended ?? plain?.[1]?.replaceAll(/\\(.)/g, '$1') ?? plain?.[2]
  return decoded(named ?? URL.parse(url)?.pathname.split('/').at(-1) ?? '')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
