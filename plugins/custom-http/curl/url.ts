import type { Draft } from './draft.ts'
import { refusal } from './refusal.ts'

interface ReadUrl {
  readonly url: string
  /** The `user:password` in the URL. */
  readonly user: string | undefined
}

/** The single URL, with the texts of -G and --url-query after its query, unchanged. */
export function readUrl({ urls, query, switches, data, notes }: Draft): ReadUrl {
  const [first, ...others] = urls
  if (first === undefined) throw refusal('it has no URL. Paste the whole command, from curl on.')
  if (others.length > 0) {
    throw refusal(
      'it has several URLs. Paste one request; a value with blanks or an & needs quotes around it.',
    )
  }
  if (/\{[^{},]*,[^{}]*\}|\[\w+-\w+(:\d+)?\]/.test(first) && !switches.has('globoff')) {
    notes.add(
      'The URL holds {…,…} or [a-b], which curl makes several requests of. Here it is sent as it is written.',
    )
  }
  const [, given, authority = '', rest = ''] =
    /^([a-z][a-z0-9+.-]*:\/\/)?([^/?#\\]*)([\s\S]*)$/i.exec(first.trim()) ?? []
  const at = authority.lastIndexOf('@')
  const host = `${given ?? 'http://'}${authority.slice(at + 1)}`
  const url = withQuery(`${host}${rest}`, [...(switches.has('get') ? [joinData(data)] : []), ...query])
  if (!/^https?:\/\//i.test(url)) throw refusal('its URL is not http or https.')
  if (/\p{Cc}/u.test(url) || !URL.canParse(url)) throw refusal('its URL is not valid. Put it in quotes.')
  if (given === undefined) {
    notes.add(
      'The URL has no scheme, for which curl takes http. Write https:// in front of it if the service has it.',
    )
  }
  return { url, user: at === -1 ? undefined : decoded(authority.slice(0, at)) }
}

/** The pieces joined as curl joins them. */
export function joinData(data: Draft['data']): string {
  return data.map(({ text, joint }, index) => (index === 0 ? text : joint + text)).join('')
}

function withQuery(url: string, added: readonly string[]): string {
  const query = added.filter((it) => it !== '').join('&')
  if (query === '') return url
  const [base = ''] = url.split('#', 1)
  const joint = !base.includes('?') ? '?' : /[?&]$/.test(base) ? '' : '&'
  return `${base}${joint}${query}`
}

function decoded(userInfo: string): string {
  try {
    return decodeURIComponent(userInfo)
  } catch {
    return userInfo
  }
}
