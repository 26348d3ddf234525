import type { Policy } from '../secret/policy.ts'
import type { Sensitive } from '../sensitive.ts'
import type { AnswerSink } from './answer-sink.ts'
import type { BodyParts } from './body.ts'
import type { ClientCertificate } from './client-certificate.ts'

/** A `fetch` that goes where the step's secrets may go. Rejects with an AppError, and with nothing else. */
export type Http = (url: string | URL | Sensitive, init?: HttpInit) => Promise<Response>

export interface HttpInit {
  method?: string
  headers?:
    | Iterable<readonly [string, string | Sensitive]>
    | Readonly<Record<string, string | Sensitive>>
    | undefined
  body?: string | Sensitive | Uint8Array | URLSearchParams | BodyParts | undefined
  /** Default `follow`. `manual` answers with the redirect, `error` fails. */
  redirect?: 'follow' | 'manual' | 'error'
  maxRedirects?: number
  /** For everything: look-ups, redirects, retries and the pauses between them, and the body. Default 30 000. */
  timeoutMs?: number
  /** The longest silence of one attempt. Default none but {@link timeoutMs}. */
  idleTimeoutMs?: number
  /** Further attempts for the whole chain of redirects. Only for methods that may repeat, or with `repeatable`. */
  retries?: number
  /** The service recognises a repeated request, so that a POST or PATCH may be tried again. */
  repeatable?: boolean
  maxResponseBytes?: number
  /** Where the body of a successful answer goes while it comes in. `maxResponseBytes` holds for other answers alone. */
  sink?: ((response: { status: number; headers: Headers }) => Promise<AnswerSink>) | undefined
  clientCertificate?: ClientCertificate | undefined
  /** Names of the fields whose secrets go into it. See {@link StepSecrets.counted}. */
  uses?: readonly string[] | undefined
  signal?: AbortSignal
  /** Called with the URL of each hop before its destination is looked up. What it throws ends the request. */
  beforeHop?: (url: URL) => void
}

/** What egress knows of the secrets of one step. */
export interface StepSecrets {
  /** Whose step it is. Connections that are kept are kept for each workspace by itself. */
  workspace: string
  /** Names of the secrets of which any form stands in the text or bytes, those of earlier steps included. */
  find(input: string | Uint8Array): string[]
  /** Searches a large body beside the event loop, so that `find` has its answer at once. */
  prepare(input: Uint8Array): Promise<void>
  /** The policies of every secret that `find` may name: it goes only where each of them allows. */
  policies: ReadonlyMap<string, readonly Policy[]>
  /** Names of the secrets that this very step has in hand, resolved or in an output of an earlier step. */
  inHand: readonly string[]
  /**
   * Those of them that count for a request with `uses` although they may not be seen in it. Absent: all of them.
   *
   * @throws AppError DESTINATION_NOT_ALLOWED, INVALID_FIELD
   */
  counted?(target: RequestTarget, uses: readonly string[]): readonly string[]
  /** Whether all that `find` may name is among them, and may stand in any place. */
  isAllInHand?: boolean
  /** Names of those that the step may put anywhere in its requests, since their policies name a field of its type. */
  anyPlace: ReadonlySet<string>
  /** Told of each request that the step sends with its secrets, and of each secret that may not go. */
  decided?: ((decision: SecretDecision) => void) | undefined
  signal: AbortSignal
  /** Where the spans of the step's requests go; undefined: there are no traces. */
  trace?: HttpTrace | undefined
  /**
   * Waits until the worker has memory for so many bytes of an answer. Negative: so many are not needed after all. The time
   * does not count for the time-outs of the request.
   */
  room?(bytes: number): Promise<void>
}

/** Where a request or a connection goes. */
export interface RequestTarget {
  /** Lower case, IPv6 without brackets. */
  readonly host: string
  readonly port: number
}

/** What became of a secret at the door. */
export interface SecretDecision {
  secret: string
  /** With a port, if it is not the scheme's. */
  host: string
  /** Of HTTP; undefined: another protocol. */
  method?: string | undefined
  /** Refused by its policy; or the status of the answer, or the code of the error that came in its place. */
  outcome: 'refused' | { status: number } | { code: string } | 'connects'
}

export interface HttpTrace {
  /** Begins the span of one request of one hop, before its destination is checked. */
  begin(method: string, url: URL): HttpSpan
}

export interface HttpSpan {
  /** What the service is told of the span; undefined: its host may not know. */
  readonly traceparent: string | undefined
  /** @param outcome the status of the answer, or the code of the error. */
  ended(outcome: { status: number } | { code: string }): void
}
