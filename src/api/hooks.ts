import type { IncomingMessage, ServerResponse } from 'node:http'
import { KNOWN_CODINGS } from '../content-coding.ts'
import { type Domain, type HookedRun, MAX_WAIT, outageOf } from '../domain/index.ts'
import { AppError } from '../errors.ts'
import { parseJson } from '../exact-json.ts'
import { isWithheld } from '../hook-signature/index.ts'
import type { Logger } from '../log.ts'
import { headerText } from '../media-type.ts'
import { ADDRESS_HEADER } from '../server/client-address.ts'
import { isChangeError } from './errors.ts'
import { listsOf } from './form-fields.ts'
import { NO_PAGE, ownAnswer, type Reply } from './hook-answer.ts'
import { readHookBody, UnreadableBody } from './hook-body.ts'
import { RETRY_AFTER } from './http-status.ts'
import { readBytes } from './read-body.ts'

const PATH = '/hooks/'

const KEY_HEADER = 'idempotency-key'

interface HookRequest {
  /** What stands behind `/hooks/`. */
  token: string
  query: URLSearchParams
}

/** What is asked for, if it is a hook. The path is read as browsers and proxies read it. */
export function readHookRequest({ url = '' }: IncomingMessage): HookRequest | undefined {
  // Most other requests are told by a glance.
  const parsed = url.includes(PATH) ? URL.parse(url.startsWith('/') ? `http://localhost${url}` : url) : null
  if (!parsed?.pathname.startsWith(PATH)) return undefined
  return { token: parsed.pathname.slice(PATH.length), query: parsed.searchParams }
}

/**
 * `POST /hooks/:token`: starts the automation with `{ body, rawBody, headers, query }` as its trigger, and
 * `rawBodyBase64` where the body is no text in UTF-8. Answers 202
 * with `{ runId }`. With `Prefer: wait=N` (RFC 7240, section 4.3) it answers 200 once the run has ended; an automation
 * with an answer of its own answers with the output of the run. A repeated `Idempotency-Key` gets the answer for the run
 * of the first request. What has to be signed and is not gets 401, and starts nothing.
 * What comes too often gets 429.
 */
export async function handleHook(
  domain: Domain,
  log: Logger,
  hook: HookRequest,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const reply = await replyTo(domain, hook, req).catch((err: unknown): Reply => {
    const outage = outageOf(err)
    if (outage) {
      log.warn({ err, route: 'hooks' }, 'a request met an outage of the database')
      const { code, message } = outage
      return { status: 503, body: { code, error: message, message }, headers: RETRY_AFTER }
    }
    log.error({ err, route: 'hooks' }, 'request failed')
    return { status: 500, body: { error: 'Something went wrong on our side. Try again.' } }
  })
  const { status, text = JSON.stringify(reply.body), headers } = reply
  res.writeHead(status, {
    'content-type': 'application/json',
    ...headers,
    'content-length': Buffer.byteLength(text),
  })
  res.end(text)
}

async function replyTo(domain: Domain, { token, query }: HookRequest, req: IncomingMessage): Promise<Reply> {
  if (req.method !== 'POST' && req.method !== 'GET') return onlyPost
  const hook = await domain.runs.findHook(token)
  if (!hook) return noSuchHook
  try {
    domain.runs.takeHookCall(hook)
    if (req.method === 'GET') return asText(await domain.runs.challengeInQuery(hook, query)) ?? onlyPost
    const bytes = await readBytes(req)
    // Half a message must not start a run. Nor may it use up the key of the whole message, which the sender sends again.
    if (bytes === undefined) return { status: 400, body: { error: 'The request broke off. Send it again.' } }
    const headers = headersOf(req)
    const trigger = await triggerOf(headers, bytes, query)
    const challenge = asText(await domain.runs.challengeIn(hook, trigger))
    if (challenge) return challenge
    const { [KEY_HEADER]: key, prefer = '' } = headers
    const { hookAnswer } = hook.automation
    const seconds = hookAnswer?.waitSeconds ?? waitSeconds(prefer)
    const run = await domain.runs.startByHook(hook, trigger, { key, waitSeconds: seconds })
    return hookAnswer ? ownAnswer(run) : answer(run, seconds)
  } catch (error) {
    return refusal(error)
  }
}

function refusal(error: unknown): Reply {
  if (error instanceof UnreadableBody) {
    // RFC 9110, section 15.5.16: the header says what would be taken.
    const headers = error.status === 415 ? { 'accept-encoding': KNOWN_CODINGS } : {}
    return { status: error.status, body: { error: error.message }, headers }
  }
  if (!(error instanceof AppError)) throw error
  const body = { error: error.message }
  // RFC 9110, section 15.5.2: the header says how to prove who sends.
  if (error.code === 'UNAUTHENTICATED')
    return { status: 401, body, headers: { 'www-authenticate': 'Signature' } }
  if (error.code === 'FORBIDDEN') return { status: 403, body }
  if (!isChangeError(error)) throw error
  // It was deleted while the request came in.
  if (error.code === 'NOT_FOUND') return noSuchHook
  // Senders try again after this status.
  if (error.code === 'CONFLICT')
    return { status: 503, body, headers: { 'retry-after': String(error.retryAfterSeconds ?? 1) } }
  if (error.retryAfterSeconds !== undefined)
    return { status: 429, body, headers: { 'retry-after': String(error.retryAfterSeconds) } }
  return { status: error.code === 'LIMIT_REACHED' ? 413 : 422, body }
}

/** A challenge is sent back as it came, and no browser may take it for a page. */
function asText(text: string | undefined): Reply | undefined {
  if (text === undefined) return undefined
  return { status: 200, text, headers: { 'content-type': 'text/plain; charset=utf-8', ...NO_PAGE } }
}

const onlyPost: Reply = { status: 405, body: { error: 'A hook takes POST.' }, headers: { allow: 'POST' } }
const noSuchHook: Reply = { status: 404, body: { error: 'There is no such hook.' } }

type Headers = Readonly<Record<string, string | undefined>>

/** Each header's values as one text, under its name in lower case. */
function headersOf({ headers }: IncomingMessage): Headers {
  const entries = Object.entries(headers)
  return Object.fromEntries(
    entries.map(([name, value]) => [name, headerText(Array.isArray(value) ? value.join(', ') : `${value}`)]),
  )
}

async function triggerOf(all: Headers, bytes: Buffer, query: URLSearchParams) {
  const headers = Object.fromEntries(
    Object.entries(all).filter(([name]) => !isWithheld(name) && name !== ADDRESS_HEADER),
  )
  const body = await readHookBody(bytes, { type: all['content-type'], encoding: all['content-encoding'] })
  return { ...body, headers, query: listsOf(query) }
}

function waitSeconds(prefer: string): number {
  const wait = /(?:^|[,;\s])wait=(\d{1,6})(?:$|[,;\s])/i.exec(prefer)?.[1]
  return Math.min(Number(wait ?? 0), MAX_WAIT)
}

function answer({ id: runId, ended }: HookedRun, seconds: number): Reply {
  if (!ended) return { status: 202, body: { runId } }
  const { status, output, error } = ended
  const body = { runId, status, output: output ? parseJson(output) : null, error }
  return { status: 200, body, headers: { 'preference-applied': `wait=${seconds}` } }
}
