import { AppError, type ErrorCode } from '../errors.ts'
import { bareHost, isWellEnded } from '../host-name.ts'

/**
 * A URL that a request may go to, in WHATWG's normal form, so that what is checked is what is connected to:
 * `http://127.1`, `http://0x7f000001`, full-width digits and `localhost.` have lost their disguise.
 * `codes` tell apart a URL that the member wrote from one that a server answered with.
 */
export function readRequestUrl(
  text: string,
  codes: { invalid: ErrorCode; scheme: ErrorCode },
  base?: URL,
): URL {
  const url = URL.parse(text, base?.href)
  if (!url) {
    throw new AppError(codes.invalid, 'The URL is not valid. Write it whole, as https://host/path.')
  }
  // file:, data:, gopher: and others read what is not HTTP or speak to services that are not HTTP.
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new AppError(codes.scheme, 'A request can only go to an http or https URL.')
  }
  // `https://api.example.com@evil.example` misleads the reader, and user info ends up in logs and histories.
  if (url.username !== '' || url.password !== '') {
    throw new AppError(
      codes.invalid,
      'The URL holds a user name or password. Send them in an Authorization header instead.',
    )
  }
  const host = bareHost(url)
  // Clients read port 0 as "the default port": another one than was checked.
  if (!isWellEnded(host) || url.port === '0') {
    throw new AppError(codes.invalid, 'The URL has no host or no port that can be connected to.')
  }
  if (url.hostname.endsWith('.')) url.hostname = host
  // A # with nothing behind it is gone too.
  if (url.href.includes('#')) url.hash = ''
  return url
}

export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}
