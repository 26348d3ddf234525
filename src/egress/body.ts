import { Sensitive } from '../sensitive.ts'

/** Bytes that somebody else holds, to be read as often as the request is sent. */
export interface BodySource {
  /** In bytes. */
  readonly length: number
  /** Searches it, so that {@link BodySource.names} has its answer. */
  prepare(): Promise<void>
  /** Names of the secrets of which any form is in it. */
  names(): readonly string[]
  open(): AsyncIterable<Uint8Array>
}

/** A body of several parts, one behind the other. */
export interface BodyParts {
  readonly parts: readonly (string | Sensitive | Uint8Array | BodySource)[]
  readonly contentType: string
}

export interface OutgoingBody {
  readonly parts: readonly (Uint8Array | BodySource)[]
  /** In bytes. */
  readonly length: number
  /** A part of it was handed over as a secret, whatever is found in it. */
  readonly sensitive: boolean
}

export const isParts = (body: object): body is BodyParts => 'parts' in body && Array.isArray(body.parts)

const isSource = (part: Uint8Array | BodySource): part is BodySource => !(part instanceof Uint8Array)

export function bodyOfParts(given: BodyParts['parts']): OutgoingBody {
  const parts = given.map((it) =>
    typeof it === 'string' ? Buffer.from(it) : it instanceof Sensitive ? Buffer.from(it.reveal()) : it,
  )
  const sensitive = given.some((it) => it instanceof Sensitive && it.holdsSecret)
  return { parts, length: parts.reduce((sum, it) => sum + it.length, 0), sensitive }
}

/** Bytes of it that are in memory. */
export const heldBytes = ({ parts }: OutgoingBody): number =>
  parts.reduce((sum, it) => sum + (isSource(it) ? 0 : it.length), 0)

/** Searches what takes its time, so that {@link findInBody} has its answer at once. */
export async function prepareBody(
  { parts }: OutgoingBody,
  secrets: { prepare(input: Uint8Array): Promise<void> },
  isSearched = true,
): Promise<void> {
  for (const it of parts) {
    if (isSource(it)) await it.prepare()
    else if (isSearched) await secrets.prepare(it)
  }
}

export const findInBody = ({ parts }: OutgoingBody, find: (input: Uint8Array) => string[]): string[] =>
  parts.flatMap((it) => (isSource(it) ? it.names() : find(it)))

/** The bytes, if all of them are in memory. */
export function wholeBody({ parts }: OutgoingBody): Uint8Array | undefined {
  const [first] = parts
  return parts.length === 1 && first && !isSource(first) ? first : undefined
}

export async function* piecesOf({ parts }: OutgoingBody): AsyncGenerator<Uint8Array, void> {
  for (const it of parts) {
    if (isSource(it)) yield* it.open()
    else yield it
  }
}
