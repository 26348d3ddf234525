import type { Socket } from 'node:net'
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
  /**
   * A file of the run and a stream are sent piece by piece. What has no known length is first kept, sealed, so that it can
   * be searched for secrets before anything of it leaves. A list of parts, and a `FormData`, is sent as multipart/form-data.
   */
  readonly body?:
    | string
    | Sensitive
    | Uint8Array
    | URLSearchParams
    | FormData
    | FileContent
    | RunFile
    | readonly FormPart[]
  readonly redirect?: 'follow' | 'manual' | 'error'
  readonly maxRedirects?: number
  /** For the whole exchange, in milliseconds. */
  readonly timeoutMs?: number
  /** How often to try again after the first attempt failed. */
  readonly retries?: number
  /** Whether sending the request twice does no harm. Then it may be retried even if it may have arrived. */
  readonly repeatable?: boolean
  readonly clientCertificate?: ClientCertificate
  readonly maxResponseBytes?: number
  /**
   * The fields whose secrets go into the request, of a step type that declares `destinations` for each field. A secret
   * of another field then does not have to allow this host, if the step type declares the host and does not declare it
   * for that field. What is found in the request counts in any case.
   */
  readonly uses?: readonly string[] | undefined
  /** Besides the signal of the step, which always applies. */
  readonly signal?: AbortSignal
  /**
   * Called with the URL of each hop before anything of it leaves. What it throws ends the request. It is never called
   * for a step type in a process of its own: there the manifest says which hosts may be reached.
   */
  readonly beforeHop?: (url: URL) => void
}

/**
 * The only network access of a step. It reaches public http and https addresses, and sends a secret only to the
 * hosts that the secret is bound to.
 *
 * @throws AppError DESTINATION_NOT_ALLOWED, TIMEOUT, RESPONSE_TOO_LARGE or REQUEST_FAILED.
 */
export type Http = (url: string | URL | Sensitive, init?: HttpInit) => Promise<Response>

type Write = (message: string, data?: Readonly<Record<string, unknown>>) => void

/**
 * Writes lines to the log of the worker and into the run, where people see the last ones. All values that the run knows are
 * masked, also those that are protected later.
 */
export interface StepLog {
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
}

/** Narrows where a protected value may go. What is absent allows all that its secrets allow. */
export interface ProtectOptions {
  /**
   * The fields whose secrets it came from, of a step type that declares `destinations` for each field. Absent: it came
   * from all secrets of the step. A secret that is found in the value counts in any case.
   */
  readonly from?: readonly string[] | undefined
  /** As in the policy of a secret: `api.example.com`, optionally with a port. */
  readonly hosts?: readonly string[] | undefined
  readonly methods?: readonly string[] | undefined
  readonly paths?: readonly string[] | undefined
  readonly places?: readonly string[] | undefined
}

/** Which of the step's secrets a value comes from: those of these fields, and of all fields if it is absent. */
export interface CacheOptions {
  readonly from?: readonly string[] | undefined
}

/**
 * Keeps values, such as tokens, from one run of a step type in a workspace to the next. They are sealed, and bound to the
 * secrets that they were made from: when one of them is replaced or deleted, the value is gone. A step with other secrets
 * does not get it. What it gives back is protected as by {@link StepContext.protect}.
 */
export interface StepCacheAccess {
  /**
   * The value, unless it has expired. When there is none, the first step that asks gets `undefined` and is to make it. All
   * others, in every worker, wait until it has called `set`, or has ended; 30 seconds at most.
   *
   * @param key what the value depends on besides the secrets. It is not stored as it is.
   */
  readonly get: (key: string, options?: CacheOptions) => Promise<Sensitive | undefined>
  /**
   * @param value 64 KiB at most.
   * @param options `expiresAt`: until when `get` gives it, 30 days at most.
   */
  readonly set: (
    key: string,
    value: string | Sensitive,
    options: CacheOptions & { readonly expiresAt: Date },
  ) => Promise<Sensitive>
  /** Removes the value that this step got, and not one that another step has set since. */
  readonly delete: (key: string, options?: CacheOptions) => Promise<void>
}

/** A file of a run, as a step gives it back and a later step gets it. */
export interface RunFile {
  /** Its id. */
  readonly file: string
  readonly name: string
  readonly mediaType: string
  readonly bytes: number
}

/** Bytes that need not be in memory as a whole. */
export type FileContent = Uint8Array | Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>

/** A field of a form (RFC 7578). */
export type FormPart =
  | {
      readonly name: string
      readonly value: string | Sensitive
      readonly filename?: string | undefined
      readonly mediaType?: string | undefined
    }
  | {
      readonly name: string
      readonly file: RunFile | FileContent
      /** That of the file when absent. */
      readonly filename?: string | undefined
      readonly mediaType?: string | undefined
    }

export interface FileOptions {
  readonly name?: string | undefined
  /** `application/octet-stream` when absent. In text, secrets that the run knows are masked. */
  readonly mediaType?: string | undefined
  /** Whether the whole is as secret as the secrets of the step: then people do not get it, and it goes only where they go. */
  readonly protected?: boolean | undefined
}

/**
 * Files of the run. They are sealed where they are stored, later steps of the run can read them, and when it has ended, people
 * can download those in which no secret is. A step reads the files that its fields name, and those that it has made.
 */
export interface StepFiles {
  /**
   * Keeps bytes as a file. A step gives back what this returns, so that later steps can name it.
   *
   * @throws AppError RESPONSE_TOO_LARGE, LIMIT_REACHED
   */
  readonly write: (content: FileContent, options?: FileOptions) => Promise<RunFile>
  /** @throws AppError INVALID_FIELD when it is no file that the step may read. */
  readonly read: (file: RunFile) => AsyncIterable<Uint8Array>
  /** The file that a field names: as the object that a step gave back, in JSON, or as its id. @throws as `read`. */
  readonly find: (named: string | Sensitive) => RunFile
  /**
   * Sends a request, and keeps a successful answer as a file while it comes in. Then the body of the response is empty. What
   * `maxResponseBytes` says holds for other answers alone.
   *
   * @throws as `http` and `write`.
   */
  readonly receive: (
    url: string | URL | Sensitive,
    init?: HttpInit,
    options?: FileOptions,
  ) => Promise<{ readonly response: Response; readonly file: RunFile | undefined }>
}

/** All that a step may use besides its input. */
export interface StepContext {
  readonly http: Http
  /**
   * The most that one answer may contain, in bytes. A longer one ends in RESPONSE_TOO_LARGE. A step that joins
   * several answers keeps all of them within it.
   */
  readonly maxResponseBytes: number
  /**
   * The address to connect to, for a step with a protocol other than HTTP. It is resolved and checked: no private
   * address unless it is allowed, and only hosts that the step's secrets are bound to. Connect to exactly this
   * address and name the host in TLS, because a second look-up could return another one.
   *
   * @param options `uses` as for `http`.
   * @throws AppError DESTINATION_NOT_ALLOWED or REQUEST_FAILED.
   */
  readonly lookup: (host: string, port: number, options?: Pick<HttpInit, 'uses'>) => Promise<string>
  /**
   * A connection of the step's own, for a protocol other than HTTP, to the address that `lookup` gives. It ends with the step:
   * when the step is told to stop or has ended, and when more came over its connections than `maxResponseBytes`. For TLS give
   * it to `tls.connect({ socket, servername: host })`.
   *
   * @throws as `lookup`; what happens later, such as a refused connection, is an `error` of the socket.
   */
  readonly connect: (host: string, port: number, options?: Pick<HttpInit, 'uses'>) => Promise<Socket>
  /**
   * Protects a value that is itself secret: one that the step made of its secrets, such as a signed token, or got from a
   * service. From now on the run treats it like the secrets that it came from: it is redacted wherever it occurs, and
   * goes only where all of them may go. Later steps get it when it is in the output, and people a mark.
   *
   * @returns the value, which shows only through `reveal()`.
   * @throws AppError INVALID_VALUE for limits that are none, INVALID_FIELD for a field that the step does not have.
   */
  readonly protect: (value: string, options?: ProtectOptions) => Sensitive
  /** Values that are kept from one run to the next. */
  readonly cache: StepCacheAccess
  /** Bytes that are too many, or too raw, for an output. */
  readonly files: StepFiles
  /**
   * Replaces the values of secrets that the run knows, in any form, with marks such as `[secret NAME]`. Use it for
   * an output that repeats what the step has sent. Then later steps get no value from it either.
   */
  readonly mask: (text: string) => string
  /** What the operator has set, by the names of `config` of the definition; texts with `secrets: true` as `Sensitive`. */
  readonly config: Readonly<Record<string, unknown>>
  /** Aborts when the run is cancelled or its time is up. Pass it to everything that waits. */
  readonly signal: AbortSignal
  readonly log: StepLog
  /**
   * Says how far the step is, which people see while it runs. It may be called as often as one likes: once a second what was
   * said last is stored. What is no amount is passed over.
   *
   * @param done what is done, such as rows or bytes.
   * @param total of how many; absent: it is not known.
   */
  readonly progress: (done: number, total?: number) => void
  /** 1 for the first. */
  readonly attempt: number
  /** The same for every attempt of this step in this run, and for no other step. */
  readonly idempotencyKey: string
  /** The id of the workspace. */
  readonly workspace: string
  /** The id of the run. */
  readonly run: string
}
