import { headerText } from '../../src/media-type.ts'

/** The headers by name in lower case. A repeated set-cookie is a list. */
export function responseHeaders(headers: Headers): Record<string, string | string[]> {
  const cookies = headers.getSetCookie()
  const entries: [string, string | string[]][] = [...headers].map(([name, value]) =>
    name === 'set-cookie' && cookies.length > 1 ? [name, cookies.map(headerText)] : [name, headerText(value)],
  )
  return Object.fromEntries(entries)
}
