import type { Sensitive } from '../sensitive.ts'

/** A certificate that the client presents to the server (mutual TLS). */
export interface ClientCertificate {
  /** PEM with the certificate and its key, or a PKCS#12 file in base64. */
  readonly content: Sensitive
  readonly passphrase?: Sensitive
}

export interface HttpInit {
  /** GET when absent. */
  readonly method?: string
  readonly headers?:
    | Iterable<readonly [string, string | Sensitive]>
    | Readonly<Record<string, string | Sensitive>>
  readonly body?: string | Sensitive | Uint8Array | URLSearchParams
  readonly redirect?: 'follow' | 'manual' | 'error'
  readonly maxRedirects?: number
  /** For the whole exchange, in milliseconds. */
  readonly timeoutMs?: number
  /** How often to try again after the first attempt failed. */
  readonly retries?: number
  /** Sending the request twice does no harm, so that it may be retried after it may have arrived. */
  readonly repeatable?: boolean
  readonly clientCertificate?: ClientCertificate
  readonly maxResponseBytes?: number
  /** Besides the signal of the step, which always applies. */
  readonly signal?: AbortSignal
}

/**
 * The only way out for a step. It goes to public http and https addresses, and sends a secret only to the
 * hosts the secret is bound to.
 *
 * @throws AppError DESTINATION_NOT_ALLOWED, TIMEOUT, RESPONSE_TOO_LARGE or REQUEST_FAILED.
 */
export type Http = (url: string | URL | Sensitive, init?: HttpInit) => Promise<Response>

type Write = (message: string, data?: Readonly<Record<string, unknown>>) => void

/** Lines for the log of the run. What is written is redacted first. */
export interface StepLog {
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
}

/** All that a step may use besides its input. */
export interface StepContext {
  readonly http: Http
  /**
   * The most that one answer may hold, in bytes; a longer one ends in RESPONSE_TOO_LARGE. A step that puts several
   * answers together keeps all of them within it.
   */
  readonly maxResponseBytes: number
  /**
   * The address to connect to, for a step that speaks another protocol than HTTP: resolved and checked (no private
   * address unless it is allowed, and only hosts that the step's secrets are bound to). Connect to exactly this
   * address and name the host in TLS: a second look-up could give another one.
   *
   * @throws AppError DESTINATION_NOT_ALLOWED or REQUEST_FAILED.
   */
  readonly lookup: (host: string, port: number) => Promise<string>
  /**
   * Gives back a value that the step made of its secrets and that is itself one, such as a token it has signed. From
   * now on the run treats it as those secrets: it is redacted wherever it occurs, and goes only to hosts they are
   * bound to. Later steps get it as it is.
   */
  readonly protect: (value: string) => string
  /**
   * A text without the values of secrets that the run knows, in any form: each is a mark such as `[secret NAME]`. For
   * what a step gives back of what it has sent, so that later steps get no value by it either.
   */
  readonly mask: (text: string) => string
  /** Aborts when the run is cancelled or its time is up. Hand it to everything that waits. */
  readonly signal: AbortSignal
  readonly log: StepLog
  /** 1 for the first. */
  readonly attempt: number
  /** The same for every attempt of this step in this run, and for no other step. */
  readonly idempotencyKey: string
  /** The id of the workspace. */
  readonly workspace: string
  /** The id of the run. */
  readonly run: string
}
