import { AppError } from '../errors.ts'
import type { Sensitive } from '../sensitive.ts'
import type { Answer, OpenSink } from './answer.ts'
import type { AnswerSink } from './answer-sink.ts'
import { prepareBody } from './body.ts'
import { Deadline, pause, raceAbort } from './deadline.ts'
import { Ending } from './ending.ts'
import { type ExchangeSettings, exchange } from './exchange.ts'
import { describeFailure, type Failure, type Peer } from './failure.ts'
import { HopCookies } from './hop-cookies.ts'
import type { HttpInit, HttpSpan, HttpTrace, StepSecrets } from './http.ts'
import { type OutgoingRequest, readRequest } from './outgoing-request.ts'
import { locationOf, redirected } from './redirect.ts'
import { counted, countRefusal, type EgressRefusal } from './refusals.ts'
import { toResponse } from './response.ts'
import { backOff, isWorthRetrying, mayRepeat, retryAfter } from './retry.ts'
import { assertMayLeave } from './secret-rules.ts'

/** @see https://www.w3.org/TR/trace-context/ */
const TRACE_HEADER = 'traceparent'

/** What all requests of one egress share. */
export interface RequestSettings extends ExchangeSettings {
  maxResponseBytes: number
  backOffMs: number
  closing: Ending
  refused(reason: EgressRefusal): void
  tooLarge(): void
}

/** What all hops and attempts of one request share. */
interface Course {
  settings: RequestSettings
  init: HttpInit
  deadline: Deadline
  peer: Peer
  workspace: string
  trace: HttpTrace | undefined
  /** Tells what became of the request with all secrets that it was checked for. */
  told(request: OutgoingRequest, outcome: { status: number } | { code: string }): void
  retriesLeft: number
  maxBytes: number
  room: (bytes: number) => Promise<void>
}

/**
 * Sends a request, follows its redirects and repeats what may be repeated. Rejects with an AppError only.
 *
 * @param ending of the step's signal, if several requests share it.
 */
export async function sendRequest(
  url: string | URL | Sensitive,
  init: HttpInit,
  secrets: StepSecrets,
  settings: RequestSettings,
  ending?: Ending,
): Promise<Response> {
  const limits = readLimits(init, settings)
  const { refused } = settings
  const request = counted('scheme', refused, () => readRequest(url, init))
  const isSearched = !secrets.isAllInHand || init.uses !== undefined
  if (request.body) await prepareBody(request.body, secrets, isSearched)
  // Before the look-up, so that not even a name server hears of a host that a secret may not go to.
  const sent = counted('secret', refused, () => assertMayLeave(request, secrets, init.uses))
  const peer: Peer = { name: request.url.host, hint: '' }
  const { closing } = settings
  const own = [ending ? undefined : secrets.signal, init.signal].flatMap((it) => (it ? [new Ending(it)] : []))
  const deadline = new Deadline({
    parents: ending ? [ending, closing, ...own] : [...own, closing],
    ms: limits.timeoutMs,
    onTimeout: () =>
      new AppError('TIMEOUT', `${peer.name} did not answer within ${limits.timeoutMs} ms.${peer.hint}`),
  })
  try {
    const { retries: retriesLeft, maxBytes } = limits
    const { workspace, trace } = secrets
    const room = async (bytes: number) => secrets.room?.(bytes)
    const told: Course['told'] = ({ url, method }, outcome) => {
      for (const secret of sent) secrets.decided?.({ secret, host: url.host, method, outcome })
    }
    const course = { settings, init, deadline, peer, workspace, trace, told, retriesLeft, maxBytes, room }
    return await follow(request, secrets, course, limits.maxRedirects)
  } finally {
    deadline.dispose()
    for (const it of own) it.dispose()
  }
}

async function follow(
  first: OutgoingRequest,
  secrets: StepSecrets,
  course: Course,
  maxRedirects: number,
): Promise<Response> {
  let request = first
  const cookies = new HopCookies(secrets)
  for (let hops = 0; ; hops++) {
    course.init.beforeHop?.(new URL(request.url))
    const answer = await sendWithRetries(cookies.addTo(request), course)
    const location = course.init.redirect === 'manual' ? undefined : locationOf(answer, request.url)
    if (location === undefined) return toResponse(answer, request.url, hops > 0)
    const { host } = request.url
    if (course.init.redirect === 'error') {
      throw new AppError(
        'REQUEST_FAILED',
        `${host} answered with a redirect, which this step does not follow.`,
      )
    }
    if (hops >= maxRedirects) {
      throw new AppError(
        'REQUEST_FAILED',
        `More than ${maxRedirects} redirects; the last one came from ${host}.`,
      )
    }
    cookies.take(answer, request.url)
    if (request.body) await prepareBody(request.body, secrets)
    const { refused } = course.settings
    request = counted('redirect', refused, () => redirected(request, answer.status, location, secrets))
  }
}

async function sendWithRetries(request: OutgoingRequest, course: Course): Promise<Answer> {
  for (let attempt = 0; ; attempt++) {
    const outcome = await sendTraced(request, course)
    const isFinal = 'answer' in outcome ? !isWorthRetrying(outcome.answer) : !outcome.failure.transient
    if (isFinal && 'answer' in outcome) return outcome.answer
    const canRepeat = course.retriesLeft > 0 && mayRepeat(request, course.init.repeatable ?? false)
    const asked = 'answer' in outcome ? retryAfter(outcome.answer) : undefined
    const wait = asked ?? backOff(attempt, course.settings.backOffMs)
    // A server that asks for an hour gets its answer passed on: what it says is better than a timeout.
    if (isFinal || !canRepeat || wait >= course.deadline.remaining) {
      if ('answer' in outcome) return outcome.answer
      throw outcome.failure.error
    }
    course.retriesLeft--
    await pause(wait, course.deadline.signal)
  }
}

/** One attempt, with its span, which the service is told of where it may be and the author has not named another. */
async function sendTraced(request: OutgoingRequest, course: Course): ReturnType<typeof sendOnce> {
  const span = course.trace?.begin(request.method, request.url)
  const outcome = await sendOnce(span ? withTraceParent(request, span) : request, course)
  if ('answer' in outcome) {
    const { status } = outcome.answer
    span?.ended({ status })
    course.told(request, { status })
  } else {
    const { error } = outcome.failure
    countRefusal(error, 'address', course.settings.refused)
    if (error.code === 'RESPONSE_TOO_LARGE') course.settings.tooLarge()
    span?.ended({ code: error.code })
    course.told(request, { code: error.code })
  }
  return outcome
}

function withTraceParent(request: OutgoingRequest, { traceparent: value }: HttpSpan): OutgoingRequest {
  if (value === undefined || request.headers.some(({ name }) => name === TRACE_HEADER)) return request
  return { ...request, headers: [...request.headers, { name: TRACE_HEADER, value }] }
}

/** One attempt: a look-up and a check of its own, and an exchange. */
async function sendOnce(
  request: OutgoingRequest,
  course: Course,
): Promise<{ answer: Answer } | { failure: Failure }> {
  const { settings, init, deadline, peer, workspace, maxBytes, room } = course
  const attempt = init.idleTimeoutMs === undefined ? undefined : idleDeadline(init.idleTimeoutMs, course)
  const { signal } = attempt ?? deadline
  const opened: Promise<AnswerSink>[] = []
  try {
    const answer = await exchange(request, settings, {
      peer,
      signal,
      workspace,
      repeatable: init.repeatable ?? false,
      maxBytes,
      onActivity: attempt?.restart ?? ignore,
      room: (bytes) =>
        raceAbort(
          untimed([deadline, attempt], () => room(bytes)),
          signal,
        ),
      wantsBody: (head) => init.redirect === 'manual' || locationOf(head, request.url) === undefined,
      sink: init.sink && openSink(init.sink, opened, deadline),
    })
    return { answer }
  } catch (error) {
    await Promise.allSettled(opened.map(async (sink) => (await sink).abort()))
    const failure = describeFailure(signal.aborted ? signal.reason : error, peer)
    // Silence of one attempt may pass; the end of the whole time, or of the step, does not.
    const wasIdle = signal.aborted && !deadline.signal.aborted
    return { failure: wasIdle ? { ...failure, transient: true } : failure }
  } finally {
    attempt?.dispose()
  }
}

/** Other answers say in a few words what went wrong, so that they come as a whole. */
function openSink(
  open: NonNullable<HttpInit['sink']>,
  opened: Promise<AnswerSink>[],
  deadline: Deadline,
): OpenSink {
  return ({ status, headers }) => {
    if (status < 200 || status > 299) return undefined
    const pairs = headers.map(([name, value]): [string, string] => [name, value])
    const sink = open({ status, headers: new Headers(pairs) }).then((it) => untimedSink(it, deadline))
    opened.push(sink)
    return sink
  }
}

/** What we do with a piece takes time of ours, which the server is not blamed for. */
function untimedSink(sink: AnswerSink, deadline: Deadline): AnswerSink {
  return {
    write: (piece) => untimed([deadline], () => sink.write(piece)),
    end: () => untimed([deadline], () => sink.end()),
    abort: () => sink.abort(),
  }
}

function idleDeadline(ms: number, { deadline, peer }: Course): Deadline {
  return new Deadline({
    parents: [new Ending(deadline.signal)],
    ms,
    onTimeout: () => new AppError('TIMEOUT', `${peer.name} was silent for ${ms} ms.${peer.hint}`),
  })
}

/** Does what takes time of ours, which the server is not blamed for. */
async function untimed(
  deadlines: readonly (Deadline | undefined)[],
  work: () => Promise<void>,
): Promise<void> {
  const goOn = deadlines.map((it) => it?.suspend())
  try {
    await work()
  } finally {
    for (const it of goOn) it?.()
  }
}

function ignore(): void {}

function readLimits(init: HttpInit, settings: RequestSettings) {
  const { timeoutMs = 30_000, idleTimeoutMs = timeoutMs, retries = 0, maxRedirects = 5 } = init
  const maxBytes = Math.min(init.maxResponseBytes ?? settings.maxResponseBytes, settings.maxResponseBytes)
  const isValid =
    [timeoutMs, idleTimeoutMs, maxBytes].every((it) => it > 0) &&
    [maxBytes, retries, maxRedirects].every((it) => Number.isInteger(it) && it >= 0)
  if (!isValid) {
    throw new AppError(
      'INVALID_FIELD',
      'A timeout, a limit or a number of retries or redirects is out of range.',
    )
  }
  return { timeoutMs, retries, maxRedirects, maxBytes }
}
