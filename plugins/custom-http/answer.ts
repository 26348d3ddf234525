import {
  AppError,
  type FileOptions,
  type HttpInit,
  type RunFile,
  Sensitive,
  type StepContext,
} from '../../src/steps/index.ts'
import { responseBody } from './response-body.ts'

/** An answer that has been read completely. */
export interface Answer {
  readonly response: Response
  /** Its address, after redirects. */
  readonly url: Sensitive
  /** The only part of the URL that a message may show. */
  readonly host: string
  /** The length of the body. */
  readonly bytes: number
  readonly body: unknown
  /** What the body was kept as, which is null then. */
  readonly file?: RunFile | undefined
}

/**
 * Sends a request and reads the answer, whatever its status.
 *
 * @param keep has a successful answer kept as a file.
 * @throws AppError of the client; REQUEST_FAILED when the connection ends before the answer does.
 */
export async function send(
  url: Sensitive,
  init: HttpInit,
  context: StepContext,
  keep?: FileOptions,
): Promise<Answer> {
  const { response, file } = keep
    ? await context.files.receive(url, init, keep)
    : { response: await context.http(url, init) }
  const answered = new Sensitive(response.url || url.reveal())
  const { host } = new URL(answered.reveal())
  if (file) return { response, url: answered, host, bytes: file.bytes, body: null, file }
  const bytes = await readBytes(response, host, context.signal)
  const body = responseBody(bytes, response.headers.get('content-type'))
  return { response, url: answered, host, bytes: bytes.length, body }
}

async function readBytes(response: Response, host: string, signal: AbortSignal): Promise<Uint8Array> {
  try {
    return await response.bytes()
  } catch (error) {
    if (error instanceof AppError || signal.aborted) throw error
    throw new AppError('REQUEST_FAILED', `The answer of ${host} broke off.`, { cause: error })
  }
}
