import { AppError } from '../errors.ts'
import { authorityOf, bareHost } from '../host-name.ts'
import { assertDestination, assertPlace, assertRequest, policiesOf } from '../secret/allowed.ts'
import { Sensitive } from '../sensitive.ts'
import { findInBody } from './body.ts'
import type { HttpInit, RequestTarget, StepSecrets } from './http.ts'
import type { OutgoingHeader, OutgoingRequest } from './outgoing-request.ts'
import { reveal } from './outgoing-request.ts'
import { portOf } from './request-url.ts'
import { findInHeader, placesIn } from './secret-places.ts'

type Uses = HttpInit['uses']

/**
 * The first hop must be allowed for every secret that the step has in hand, seen in the request or not: a step may have
 * reversed, hashed or encrypted a value, and then nothing that searches for it can find it. Only those are left out
 * that the step type's definition declares to go elsewhere.
 *
 * @returns names of the secrets that the request was checked for.
 */
export function assertMayLeave(
  request: OutgoingRequest,
  secrets: StepSecrets,
  uses?: Uses,
): readonly string[] {
  const { url } = request
  return assertAllowed(
    request,
    secrets,
    countedSecrets({ host: bareHost(url), port: portOf(url) }, secrets, uses),
  )
}

/** Names of the secrets that count for a request, seen in it or not. */
function countedSecrets(target: RequestTarget, secrets: StepSecrets, uses: Uses): readonly string[] {
  return (uses && secrets.counted?.(target, uses)) ?? secrets.inHand
}

/** The same for a connection that speaks another protocol, where nothing that travels can be seen. */
export function assertMayConnect(host: string, port: number, secrets: StepSecrets, uses?: Uses): void {
  const asked = { host: authorityOf(host, port) }
  const names = countedSecrets({ host, port }, secrets, uses)
  for (const name of names) {
    orRefused(secrets, name, asked, () =>
      assertDestination(name, policiesOf(name, secrets.policies), { scheme: undefined, host, port }),
    )
  }
  for (const secret of names) secrets.decided?.({ ...asked, secret, outcome: 'connects' })
}

/** Does the check of one secret, and tells when it refuses. */
function orRefused(
  secrets: StepSecrets,
  secret: string,
  asked: { host: string; method?: string },
  check: () => void,
): void {
  try {
    check()
  } catch (error) {
    secrets.decided?.({ ...asked, secret, outcome: 'refused' })
    throw error
  }
}

/** At a further hop, what still travels with the request must be allowed there. */
export function assertMayTravel(request: OutgoingRequest, location: string, secrets: StepSecrets): void {
  try {
    assertAllowed(request, secrets, secrets.find(location))
  } catch (error) {
    if (!(error instanceof AppError) || !error.at) throw error
    // Stops a service from proposing a host: people are offered to allow the one that the step names.
    const { host: _proposed, ...at } = error.at
    throw new AppError(error.code, error.message, { at })
  }
}

/** @param others names of secrets that count although they are not seen in the request. */
function assertAllowed(
  request: OutgoingRequest,
  secrets: StepSecrets,
  others: readonly string[],
): readonly string[] {
  const { url, method, certificate } = request
  const scheme = url.protocol === 'https:' ? 'https' : 'http'
  const target = { scheme, host: bareHost(url), port: portOf(url), method, path: url.pathname } as const
  const asked = { host: url.host, method }
  // What could be found counts already, wherever it stands.
  const isKnown = secrets.isAllInHand && others === secrets.inHand
  const places = isKnown ? [] : placesIn(request, secrets.find)
  const inCertificate = certificate && !isKnown ? secrets.find(reveal(certificate.content)) : []
  const names = [...new Set([...others, ...places.map(([it]) => it), ...inCertificate])]
  for (const name of names) {
    orRefused(secrets, name, asked, () => assertRequest(name, policiesOf(name, secrets.policies), target))
  }
  for (const [name, place] of places) {
    if (secrets.anyPlace.has(name)) continue
    orRefused(secrets, name, asked, () => assertPlace(name, policiesOf(name, secrets.policies), place))
  }
  return names
}

/** Whether a header has to stay behind when a request goes on to another origin. */
export function carriesSecret(header: OutgoingHeader, secrets: StepSecrets): boolean {
  return header.value instanceof Sensitive || findInHeader(header, secrets.find).length > 0
}

export function bodyCarriesSecret(request: OutgoingRequest, secrets: StepSecrets): boolean {
  const { body } = request
  return body !== undefined && (body.sensitive || findInBody(body, secrets.find).length > 0)
}

export function urlCarriesSecret(url: URL, location: string, secrets: StepSecrets): boolean {
  return secrets.find(url.href).length > 0 || secrets.find(location).length > 0
}
