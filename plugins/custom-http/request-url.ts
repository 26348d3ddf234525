import { type SecretPair, Sensitive } from '../../src/steps/index.ts'

/** The URL with the parameters after its existing query. The existing part is not rewritten. */
export function requestUrl(url: Sensitive, query: readonly SecretPair[]): Sensitive {
  const added = query.map(({ name, value }) => `${encode(name)}=${encode(value.reveal())}`).join('&')
  if (added === '') return url
  const { base, fragment } = split(url.reveal())
  const joint = !base.includes('?') ? '?' : base.endsWith('?') || base.endsWith('&') ? '' : '&'
  return Sensitive.madeOf(`${base}${joint}${added}${fragment}`, [url, ...query.map((it) => it.value)])
}

/** The URL with this parameter replacing all others of its name, in the URL and among the added ones. */
export function urlWithParameter(
  url: Sensitive,
  query: readonly SecretPair[],
  parameter: SecretPair,
): Sensitive {
  const { base, fragment } = split(url.reveal())
  const [path = '', ...rest] = base.split('?')
  const kept = parametersOf(rest.join('?')).filter((it) => nameOf(it) !== parameter.name)
  const bare = Sensitive.madeOf(`${path}${kept.length > 0 ? '?' : ''}${kept.join('&')}${fragment}`, [url])
  return requestUrl(bare, [...query.filter(({ name }) => name !== parameter.name), parameter])
}

/** The URL with those parameters that it lacks. Parameters that a server put into it take precedence. */
export function urlWithMissing(url: Sensitive, query: readonly SecretPair[]): Sensitive {
  const named = new Set(new URL(url.reveal()).searchParams.keys())
  return requestUrl(
    url,
    query.filter(({ name }) => !named.has(name)),
  )
}

function split(url: string): { base: string; fragment: string } {
  const at = url.indexOf('#')
  return at === -1 ? { base: url, fragment: '' } : { base: url.slice(0, at), fragment: url.slice(at) }
}

function parametersOf(query: string): string[] {
  return query.split('&').filter((it) => it !== '')
}

function nameOf(parameter: string): string | undefined {
  return new URLSearchParams(parameter).keys().next().value
}

/** `toWellFormed`, because a lone surrogate cannot be encoded: it becomes U+FFFD. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
