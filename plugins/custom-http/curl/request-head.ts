import { type Draft, readDraft } from './draft.ts'
import { refusal } from './refusal.ts'

const START =
  /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]{1,40})[ \t]+(\S+?)(?:[ \t]+HTTP\/\d(?:\.\d)?[ \t]*|(?<=^\s*[A-Z-]{1,40}[ \t]+https?:\/\/\S+)[ \t]*)(?:\r?\n|$)/

/**
 * Whether a text is the head of an HTTP request (RFC 9112), as developer tools and documentation show it, or as files of the
 * editors' HTTP clients have it: there the version may be missing behind a whole URL.
 */
export const isRequestHead = (text: string): boolean => START.test(text)

/**
 * Reads a request line with any method, headers, and the body behind an empty line. The host is that of the target, or of
 * the header Host, which does not say the scheme: https is taken, unless it is this machine.
 *
 * @throws AppError INVALID_FIELD
 */
export function readRequestHead(text: string): Draft {
  const [head = '', method = '', target = ''] = START.exec(text) ?? []
  const rest = text.slice(head.length).replaceAll('\r\n', '\n')
  const end = rest.search(/^\n|\n\n/)
  const lines = (end === -1 ? rest : rest.slice(0, end)).split('\n').filter((it) => it.trim() !== '')
  const body = end === -1 ? '' : rest.slice(end).replace(/^\n{1,2}/, '')
  const host = lines.map((it) => /^host:\s*(\S+)\s*$/i.exec(it)?.[1]).find((it) => it !== undefined)
  const isAbsolute = /^https?:\/\//i.test(target)
  if (!isAbsolute && host === undefined) throw refusal('it has no Host header. Write the whole URL instead.')
  const scheme = /^(?:localhost|127\.|\[::1\])/.test(host ?? '') ? 'http' : 'https'
  const url = isAbsolute ? target : `${scheme}://${host}${target.startsWith('/') ? target : ''}`
  const headers = lines
    .filter((it) => !/^(?:host|content-length|:[a-z]+)\s*:/i.test(it))
    .flatMap((it) => ['-H', it])
  const draft = readDraft([
    '-X',
    method,
    '-g',
    '--url',
    url,
    ...headers,
    ...(body === '' ? [] : ['--data-raw', body]),
  ])
  if (!isAbsolute && scheme === 'https')
    draft.notes.add('The request does not say its scheme. https was taken.')
  return draft
}
