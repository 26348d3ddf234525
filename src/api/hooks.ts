import type { Domain, HookedRun } from '../domain/index.ts'
import { ADDRESS_HEADER } from '../server/http-server.ts'
import { isChangeError } from './errors.ts'

// The longest time that a caller may wait for a run, in seconds.
const MAX_WAIT = 30

const KEY_HEADER = 'idempotency-key'

// Headers with a credential of the caller, and headers for Lockstep itself. No step needs them, and members see a
// run's input.
const hidden: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  KEY_HEADER,
  ADDRESS_HEADER,
])

/**
 * `POST /hooks/:token`: starts the automation with `{ body, rawBody, headers, query }` as its trigger. Answers 202
 * with `{ runId }`. With `Prefer: wait=N` (RFC 7240, section 4.3) it answers 200 once the run has ended. A
 * repeated `Idempotency-Key` gets the answer for the run of the first request.
 *
 * @param isWhole whether the whole request has arrived; called after the body was read.
 */
export async function handleHook(
  domain: Domain,
  token: string,
  request: Request,
  isWhole: () => boolean,
): Promise<Response> {
  if (request.method !== 'POST') {
    return Response.json({ error: 'A hook takes POST.' }, { status: 405, headers: { allow: 'POST' } })
  }
  const hook = await domain.runs.findHook(token)
  if (!hook) return noSuchHook()
  const trigger = await readTrigger(request)
  // The body of a broken connection ends early and without an error, even when all of it had arrived. Half a
  // message must not start a run. Nor may it use up the key of the whole message, which the sender sends again.
  if (!isWhole()) return Response.json({ error: 'The request broke off. Send it again.' }, { status: 400 })
  try {
    const key = request.headers.get(KEY_HEADER) ?? undefined
    const seconds = waitSeconds(request.headers.get('prefer'))
    return answer(await domain.runs.startByHook(hook, trigger, { key, waitSeconds: seconds }), seconds)
  } catch (error) {
    if (!isChangeError(error)) throw error
    // It was deleted while the request came in.
    if (error.code === 'NOT_FOUND') return noSuchHook()
    // Senders try again after this status.
    if (error.code === 'CONFLICT')
      return Response.json({ error: error.message }, { status: 503, headers: { 'retry-after': '1' } })
    return Response.json({ error: error.message }, { status: error.code === 'LIMIT_REACHED' ? 413 : 422 })
  }
}

const noSuchHook = (): Response => Response.json({ error: 'There is no such hook.' }, { status: 404 })

async function readTrigger(request: Request) {
  const rawBody = await request.text()
  const headers = Object.fromEntries([...request.headers].filter(([name]) => !hidden.has(name)))
  const query = Object.fromEntries(new URL(request.url).searchParams)
  return { body: parseBody(rawBody, request.headers.get('content-type') ?? ''), rawBody, headers, query }
}

function parseBody(text: string, contentType: string): unknown {
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(text))
  }
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function waitSeconds(prefer: string | null): number {
  const wait = /(?:^|[,;\s])wait=(\d{1,6})(?:$|[,;\s])/i.exec(prefer ?? '')?.[1]
  return Math.min(Number(wait ?? 0), MAX_WAIT)
}

function answer({ id: runId, ended }: HookedRun, seconds: number): Response {
  if (!ended) return Response.json({ runId }, { status: 202 })
  const { status, output, error } = ended
  return Response.json(
    { runId, status, output: output ? (JSON.parse(output) as unknown) : null, error },
    { headers: { 'preference-applied': `wait=${seconds}` } },
  )
}
