import { IncomingMessage, type ServerResponse } from 'node:http'
import type { Metrics } from '../metrics/process-metrics.ts'

// The largest body that is read, in bytes: a run's input, and some room.
const MAX_BODY_BYTES = 6 * 1024 * 1024

// For how long what still comes of a refused body is read and dropped (milliseconds).
const DROP_MS = 10_000

type Limits = Pick<Metrics, 'limitReached'>

/** Clients of GraphQL show what stands in `errors`. */
function writeRefusal(res: ServerResponse, headers: Record<string, string>): void {
  const message = `A body is at most ${MAX_BODY_BYTES / 1024 / 1024} MiB.`
  const errors = [{ message, extensions: { code: 'REQUEST_TOO_LARGE' } }]
  const text = JSON.stringify({ error: message, errors })
  const length = { 'content-length': String(text.length) }
  res.writeHead(413, { 'content-type': 'application/json', ...length, ...headers }).write(text)
}

/** Stops memory exhaustion: a body is refused by its announced length. */
export function refuseLargeBody(
  req: IncomingMessage,
  res: ServerResponse,
  { limitReached }: Limits,
): boolean {
  if (Number(req.headers['content-length'] ?? 0) <= MAX_BODY_BYTES) return false
  limitReached('body')
  // The connection is not closed. Node reads the rest and drops it; otherwise a client that still writes would
  // miss the answer.
  writeRefusal(res, {})
  res.end()
  return true
}

/**
 * Stops memory exhaustion: a body of unknown length is refused when it grows beyond the limit. Whoever reads it waits, and hears that it
 * broke off once the answer is sent. A class, because V8 keeps each object that gets a function of its own for longer than its request.
 */
export function limitedMessage({ limitReached }: Limits) {
  return class extends IncomingMessage {
    /** What the request is answered with. */
    answer: ServerResponse | undefined
    #bytes = 0
    #isRefused = false

    override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
      this.#bytes += chunk?.length ?? 0
      if (this.#bytes <= MAX_BODY_BYTES) return super.push(chunk, encoding)
      if (!this.#isRefused) this.#refuse()
      // The reader must not take what has come for the whole.
      if (chunk === null) this.answer?.end(() => this.destroy())
      return true
    }

    #refuse(): void {
      this.#isRefused = true
      limitReached('body')
      // The answer has begun before the body had come: there is nothing more to say.
      if (!this.answer || this.answer.headersSent) return void this.destroy()
      // The connection is closed when the client has sent everything. Closed at once, it would be reset, and a client that
      // still writes would miss the answer.
      writeRefusal(this.answer, { connection: 'close' })
      const dropping = setTimeout(() => this.destroy(), DROP_MS)
      this.answer.once('close', () => clearTimeout(dropping))
    }
  }
}
