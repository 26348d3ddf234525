import { AppError } from '../errors.ts'
import { bareHost, isWellEnded } from '../host-name.ts'
import { Sensitive } from '../sensitive.ts'
import { isNameExcepted, isPlainName, type ProxyExceptions, readExceptions } from './no-proxy.ts'
import { reveal } from './outgoing-request.ts'
import { readAddress } from './public-address.ts'
import { portOf } from './request-url.ts'

export interface ProxyServer {
  readonly host: string
  readonly port: number
  /** It is spoken to over TLS. */
  readonly secure: boolean
  /** The value of Proxy-Authorization. */
  readonly authorization: Sensitive | undefined
  /** Where it is configured. */
  readonly variable: string
}

/** Which proxy to ask for what. */
export interface ProxySettings {
  readonly https: ProxyServer | undefined
  readonly http: ProxyServer | undefined
  readonly exceptions: ProxyExceptions
}

/** An environment, or the part of it that names proxies. */
export type ProxyVariables = Readonly<Record<string, string | Sensitive | undefined>>

/**
 * Reads HTTPS_PROXY (for https targets), HTTP_PROXY (for http targets), ALL_PROXY (for what has none of its own) and
 * NO_PROXY. As in curl the lower-case spelling wins; an empty one counts as unset. What is not used is not read: an
 * ALL_PROXY with SOCKS beside both others harms nobody.
 *
 * @returns undefined if no proxy is set.
 * @throws AppError INVALID_CONFIG, with the variable and never its value, which may hold a password. To go on without
 * a proxy that cannot be read would send requests past it.
 */
export function parseProxySettings(env: ProxyVariables): ProxySettings | undefined {
  const https = readServer(findVariable(env, ['HTTPS_PROXY', 'ALL_PROXY']))
  const http = readServer(findVariable(env, ['HTTP_PROXY', 'ALL_PROXY']))
  if (!https && !http) return undefined
  const noProxy = findVariable(env, ['NO_PROXY'])
  const exceptions = readExceptions(noProxy?.value ?? '')
  if ('wrongEntry' in exceptions) {
    throw new AppError(
      'INVALID_CONFIG',
      `Entry ${exceptions.wrongEntry} of ${noProxy?.name} (not shown) is none of: a host (corp.example), a domain (.corp.example), a host and port (corp.example:8080), an address (10.0.0.7, [fd00::7]:8080), a network (10.0.0.0/8), *.`,
    )
  }
  return { https, http, exceptions }
}

/** The proxy for a URL, as far as its name decides. */
export function proxyFor(settings: ProxySettings | undefined, url: URL): ProxyServer | undefined {
  const server = url.protocol === 'https:' ? settings?.https : settings?.http
  const isExcepted = settings && isNameExcepted(settings.exceptions, bareHost(url), portOf(url))
  return isExcepted ? undefined : server
}

interface Variable {
  name: string
  value: string
}

function findVariable(env: ProxyVariables, names: readonly string[]): Variable | undefined {
  for (const name of names.flatMap((it) => [it.toLowerCase(), it])) {
    const value = env[name]
    const text = value === undefined ? '' : reveal(value).trim()
    if (text !== '') return { name, value: text }
  }
  return undefined
}

function readServer(variable: Variable | undefined): ProxyServer | undefined {
  if (!variable) return undefined
  const { name, value } = variable
  const url = readProxyUrl(value)
  const authorization = url && readAuthorization(url)
  if (!url || authorization === 'malformed') {
    throw new AppError(
      'INVALID_CONFIG',
      `${name} holds something that is no address of a proxy (not shown). It may hold http://host:port or https://host:port, with user:password@ before the host if the proxy asks for them and their special characters percent-encoded. SOCKS is not supported.`,
    )
  }
  const secure = url.protocol === 'https:'
  return { host: bareHost(url), port: portOf(url), secure, authorization, variable: name }
}

/**
 * Only a proxy's URL, whole. A raw `/`, `?`, `#` or `\` in a password ends the host early for the URL parser: the
 * user name would become the host, which is then looked up and shown in messages, with a part of the password.
 */
function readProxyUrl(text: string): URL | undefined {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`)
  if (!url || !['http:', 'https:'].includes(url.protocol)) return undefined
  const isWhole = url.pathname === '/' && !/[?#\\\s\p{Cc}]|:\/{3}/u.test(text)
  const host = bareHost(url)
  const isHost = (isPlainName(host) && isWellEnded(host)) || readAddress(host) !== undefined
  return isWhole && isHost && url.port !== '0' ? url : undefined
}

function readAuthorization(url: URL): Sensitive | 'malformed' | undefined {
  if (url.username === '' && url.password === '') return undefined
  try {
    const user = decodeURIComponent(url.username)
    const password = decodeURIComponent(url.password)
    // The colon ends the user name in Basic (RFC 7617); control characters are not part of either.
    if (user.includes(':') || /\p{Cc}/u.test(user + password)) return 'malformed'
    return new Sensitive(`Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`)
  } catch {
    return 'malformed'
  }
}
