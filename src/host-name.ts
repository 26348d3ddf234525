export interface HostAndPort {
  /** Lower case, IDN as punycode, IPv6 without brackets, no dot at the end. */
  host: string
  port?: number
}

/**
 * Reads `host`, `host:port`, `[v6]` or `[v6]:port` with the WHATWG URL parser, so that it has the same spelling as
 * a request's host. `undefined` for any other text.
 */
export function readHostAndPort(text: string): HostAndPort | undefined {
  const found = /^(\[[^\]]+\]|[^\s:/?#@\\[\]]+)(?::(\d{1,5}))?$/.exec(text)
  const [, name, digits] = found ?? []
  if (name === undefined || !URL.canParse(`http://${name}/`)) return undefined
  const host = bareHost(new URL(`http://${name}/`))
  if (!isWellEnded(host)) return undefined
  if (digits === undefined) return { host }
  const port = Number(digits)
  return port >= 1 && port <= 65_535 ? { host, port } : undefined
}

/** The host of a URL as {@link HostAndPort.host} has it. */
export function bareHost(url: URL): string {
  // `localhost.` and `localhost` are one name to a resolver, so a list that knew only one could be bypassed.
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
}

/** A host and its port as a URL has them, IPv6 in brackets. */
export function authorityOf(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/**
 * Whether a host without its final dot is not empty and has no other final dot: false for `.`, `a..` and the like.
 */
export function isWellEnded(host: string): boolean {
  return host !== '' && !host.endsWith('.')
}
