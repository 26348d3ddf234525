import { AppError, type ErrorPlace } from '../errors.ts'
import { authorityOf } from '../host-name.ts'
import { hostAllows, isAmbiguousPath } from './entries.ts'
import { allowsPlace, type Policy } from './policy.ts'

/** The other end of a connection. */
export interface Destination {
  /** `undefined` for a protocol other than HTTP. */
  readonly scheme: 'http' | 'https' | undefined
  /** Lower case, IPv6 without brackets. */
  readonly host: string
  readonly port: number
}

/** An HTTP request, as far as a policy checks it. */
export interface PolicyRequest extends Destination {
  /** In upper case. */
  readonly method: string
  /** The path as the URL parser returns it. */
  readonly path: string
}

/**
 * The policies of a secret. One whose policies are not known goes nowhere: to take "not known" for "anywhere" would let
 * go out what was forgotten to be bound.
 *
 * @throws AppError DESTINATION_NOT_ALLOWED
 */
export function policiesOf(name: string, known: ReadonlyMap<string, readonly Policy[]>): readonly Policy[] {
  const policies = known.get(name)
  if (policies) return policies
  throw new AppError(
    'DESTINATION_NOT_ALLOWED',
    `It is not known where the secret ${name} may go, so it goes nowhere. Start the automation again, so that the secret is read anew.`,
  )
}

/**
 * A secret may go only where each of its policies allows. A policy that names methods or paths speaks of HTTP, and so
 * allows no other protocol.
 *
 * @throws AppError DESTINATION_NOT_ALLOWED
 */
export function assertDestination(name: string, policies: readonly Policy[], destination: Destination): void {
  const { scheme, host, port } = destination
  for (const { hosts, methods, paths } of policies) {
    if (hosts.length > 0 && !hosts.some((it) => hostAllows(it, scheme, host, port))) {
      throw notAllowed(`The secret ${name} may not go to ${shown(destination)}.`, {
        secrets: [name],
        host: shown(destination),
      })
    }
    if (scheme === undefined && methods.length + paths.length > 0) {
      const what = 'is bound to HTTP methods or paths, and may not go'
      throw notAllowed(`The secret ${name} ${what} to ${shown(destination)} by another protocol.`, {
        secrets: [name],
      })
    }
  }
}

/**
 * The same for a request. The message does not contain the path, because a redirect may have put a value into it.
 *
 * @throws AppError DESTINATION_NOT_ALLOWED
 */
export function assertRequest(name: string, policies: readonly Policy[], request: PolicyRequest): void {
  const { method, path } = request
  assertDestination(name, policies, request)
  for (const { methods, paths } of policies) {
    if (methods.length > 0 && !methods.includes(method)) {
      throw notAllowed(`The secret ${name} may not go to ${shown(request)} with the method ${method}.`, {
        secrets: [name],
      })
    }
    if (paths.length > 0 && (isAmbiguousPath(path) || !paths.some((it) => path.startsWith(it)))) {
      throw notAllowed(`The secret ${name} may not go to this path of ${shown(request)}.`, {
        secrets: [name],
      })
    }
  }
}

/** @throws AppError DESTINATION_NOT_ALLOWED when one of the policies does not allow the place. */
export function assertPlace(name: string, policies: readonly Policy[], place: string): void {
  if (policies.every((policy) => allowsPlace(policy, place))) return
  throw notAllowed(`The secret ${name} may not stand in ${describePlace(place)}.`, { secrets: [name] })
}

const defaultPorts = { http: 80, https: 443 }

/** With its port, unless that follows from the scheme or is not known. */
function shown({ scheme, host, port }: Destination): string {
  const authority = authorityOf(host, port)
  const isPlain = port === 0 || (scheme && port === defaultPorts[scheme])
  const written = isPlain ? authority.slice(0, authority.lastIndexOf(':')) : authority
  return scheme === 'http' ? `http://${written}` : written
}

function describePlace(place: string): string {
  if (place === 'url') return 'the URL'
  if (place === 'body') return 'the body'
  // The name of the parameter may come from a redirect, so it is not shown.
  if (place.startsWith('query:')) return 'this query parameter'
  return place.startsWith('header:') ? `the header ${place.slice('header:'.length)}` : `the field ${place}`
}

function notAllowed(message: string, at: ErrorPlace): AppError {
  const advice = 'An admin can enter its value again with a policy that allows this.'
  return new AppError('DESTINATION_NOT_ALLOWED', `${message} ${advice}`, { at })
}
