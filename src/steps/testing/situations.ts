import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Egress, Http } from '../../egress/index.ts'
import { AppError } from '../../errors.ts'
import { Sensitive } from '../../sensitive.ts'
import type { StepContext } from '../step-context.ts'

/**
 * The situation of a step. `error`: its servers answer with an error that repeats all they were sent. `reset`:
 * they close the connection in the middle of an answer. `timeout` and `abort`: they never answer, and the step is
 * stopped because its time is up, or because a person cancels the run. `late-error`: they answer the first requests as
 * they should, and one of the later ones with an error.
 */
export type Situation = 'success' | 'error' | 'late-error' | 'reset' | 'timeout' | 'abort'

/** The last one shows what the step has kept of those before. */
export const situations: readonly Situation[] = ['success', 'error', 'reset', 'timeout', 'abort', 'success']

// A step with more requests than this is not tried with an error at each of them.
export const LATE_ERRORS = 4

// How long a step may hang, in milliseconds.
const PATIENCE = 100

/** A signal that stops the step in the situations that stop one. */
export function signalOf(situation: Situation): AbortSignal {
  const controller = new AbortController()
  const stop = (code: 'TIMEOUT' | 'CANCELLED', message: string) => {
    setTimeout(() => controller.abort(new AppError(code, message)), PATIENCE)
  }
  if (situation === 'timeout') stop('TIMEOUT', 'The step took too long and was stopped.')
  if (situation === 'abort') stop('CANCELLED', 'The run was cancelled.')
  return controller.signal
}

/** A network in which every server fails as the situation says. */
export interface FailingNetwork extends AsyncDisposable {
  readonly through: (egress: Egress) => Egress
}

/** @param after so many requests of the step have been answered as they should. */
export async function startFailingNetwork(situation: Situation, after = 0): Promise<FailingNetwork> {
  const server = createServer((request, response) => {
    request.on('error', () => undefined)
    void answer(situation, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    through: (egress) => ({
      maxResponseBytes: egress.maxResponseBytes,
      forStep: (secrets) => misdirected(egress.forStep(secrets), origin, after),
      lookupForStep: (secrets) =>
        situation === 'late-error' ? egress.lookupForStep(secrets) : failingLookup(situation, secrets.signal),
      close: () => egress.close(),
    }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function answer(
  situation: Situation,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  const { url, rawHeaders: headers, method } = request
  const received = JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString() })
  if (situation === 'error' || situation === 'late-error') {
    const reason = `cannot take ${headers.join(' ')}`.replaceAll(/[^ -~]/g, '?')
    response.writeHead(500, reason, {
      'content-type': 'application/json',
      'x-received': encodeURI(url ?? ''),
    })
    response.end(`{"error":"cannot take ${JSON.stringify(received).slice(1, -1)}"}`)
  }
  if (situation === 'reset') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000000' })
    response.write(received, () => response.destroy())
  }
}

/** Sends every request to the failing server instead, with its path and query. */
function misdirected(http: Http, origin: string, after: number): Http {
  let sent = 0
  return (url, init) => {
    if (sent++ < after) return http(url, init)
    const text = url instanceof Sensitive ? url.reveal() : String(url)
    if (!URL.canParse(text)) return http(url, init)
    const { pathname, search } = new URL(text)
    return http(new Sensitive(`${origin}${pathname}${search}`), init)
  }
}

/** For steps with other protocols: no connection succeeds. */
function failingLookup(situation: Situation, signal: AbortSignal): StepContext['lookup'] {
  return async (host) => {
    signal.throwIfAborted()
    if (situation === 'error' || situation === 'reset') {
      throw new AppError('REQUEST_FAILED', `${host} cannot be reached.`)
    }
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  }
}
