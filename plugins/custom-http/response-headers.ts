/** The headers by name in lower case; a list for a set-cookie that came several times. */
export function responseHeaders(headers: Headers): Record<string, string | string[]> {
  const cookies = headers.getSetCookie()
  const entries: [string, string | string[]][] = [...headers].map(([name, value]) =>
    name === 'set-cookie' && cookies.length > 1 ? [name, cookies] : [name, value],
  )
  return Object.fromEntries(entries)
}
