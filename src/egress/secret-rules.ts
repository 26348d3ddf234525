import { AppError } from '../errors.ts'
import { bareHost } from '../host-name.ts'
import { hostMatches } from '../host-pattern.ts'
import { Sensitive } from '../sensitive.ts'
import type { StepSecrets } from './http.ts'
import type { OutgoingHeader, OutgoingRequest } from './outgoing-request.ts'
import { reveal } from './outgoing-request.ts'
import { portOf } from './request-url.ts'

/**
 * The first hop must be allowed for every bound secret that the step has in hand, seen in the request or not: a step
 * may have reversed, hashed or encrypted a value, and then nothing that searches for it can find it.
 */
export function assertMayLeave(request: OutgoingRequest, secrets: StepSecrets): void {
  for (const name of [...secrets.inHand, ...seenIn(request, secrets)]) assertBound(name, request.url, secrets)
}

/** The same for a connection that speaks another protocol, where nothing that travels can be seen. */
export function assertMayConnect(url: URL, secrets: StepSecrets): void {
  for (const name of secrets.inHand) assertBound(name, url, secrets)
}

/** At a further hop, what still travels with the request must be allowed there. */
export function assertMayTravel(request: OutgoingRequest, location: string, secrets: StepSecrets): void {
  const seen = new Set([...secrets.find(location), ...seenIn(request, secrets)])
  for (const name of seen) assertBound(name, request.url, secrets)
}

function seenIn({ url, headers, body }: OutgoingRequest, secrets: StepSecrets): Set<string> {
  const inHeaders = headers.flatMap((header) => findInHeader(header, secrets))
  return new Set([...secrets.find(url.href), ...inHeaders, ...(body ? secrets.find(body.bytes) : [])])
}

/** Whether a header has to stay behind when a request goes on to another origin. */
export function carriesSecret(header: OutgoingHeader, secrets: StepSecrets): boolean {
  return header.value instanceof Sensitive || findInHeader(header, secrets).length > 0
}

export function bodyCarriesSecret(request: OutgoingRequest, secrets: StepSecrets): boolean {
  const { body } = request
  return body !== undefined && (body.sensitive || secrets.find(body.bytes).length > 0)
}

export function urlCarriesSecret(url: URL, location: string, secrets: StepSecrets): boolean {
  return secrets.find(url.href).length > 0 || secrets.find(location).length > 0
}

function findInHeader(header: OutgoingHeader, secrets: StepSecrets): string[] {
  return [...secrets.find(header.name), ...secrets.find(reveal(header.value))]
}

function assertBound(name: string, url: URL, secrets: StepSecrets): void {
  const patterns = secrets.boundHosts.get(name) ?? []
  const host = bareHost(url)
  const port = portOf(url)
  if (patterns.length === 0 || patterns.some((it) => hostMatches(it, host, port))) return
  throw new AppError(
    'DESTINATION_NOT_ALLOWED',
    `The secret ${name} may not go to ${host}. An admin can add the host to those the secret is allowed for.`,
  )
}
