import { type SecretPair, Sensitive } from '../../src/steps/index.ts'

/** The URL with the parameters behind what is in its query already; nothing in it is written anew. */
export function requestUrl(url: Sensitive, query: readonly SecretPair[]): Sensitive {
  const added = query.map(({ name, value }) => `${encode(name)}=${encode(value.reveal())}`).join('&')
  if (added === '') return url
  const [, base = '', fragment = ''] = /^([^#]*)(.*)$/s.exec(url.reveal()) ?? []
  const joint = !base.includes('?') ? '?' : base.endsWith('?') || base.endsWith('&') ? '' : '&'
  return new Sensitive(`${base}${joint}${added}${fragment}`)
}

/** `toWellFormed`, because half of a surrogate pair cannot be encoded: it becomes U+FFFD. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
