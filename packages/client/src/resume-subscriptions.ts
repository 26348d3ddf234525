import { type Exchange, type ExecutionResult, type Operation, subscriptionExchange } from '@urql/core'

export interface ResumeOptions {
  /** Called when the connection of a subscription is lost, and when it is there again. */
  onConnection?(isConnected: boolean, operation: Operation): void
}

// The API sends something every twelve seconds. After this long without anything (milliseconds) the connection is lost although
// nothing reports it, for instance after the computer was asleep.
const SILENCE = 30_000
// The time between two attempts (milliseconds). It doubles each time.
const FIRST_WAIT = 500
const LONGEST_WAIT = 30_000
// What a proxy or a server that starts answers for a while, and a limit.
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504])

/**
 * Follows subscriptions over server-sent events, across lost connections: it connects again, says which event it had last, and
 * is told what has changed since. A subscription ends when the API says so to one that knows all there is: a run has ended.
 *
 * Each attempt calls the `fetch` of the client anew, so that a token which ended meanwhile can be renewed there.
 */
export const resumeExchange = ({ onConnection }: ResumeOptions = {}): Exchange =>
  subscriptionExchange({
    forwardSubscription: (body, operation) => ({
      subscribe(sink) {
        const stop = new AbortController()
        const tell = (isConnected: boolean) => onConnection?.(isConnected, operation)
        void follow(operation, JSON.stringify(body), sink.next, tell, stop.signal).then(
          () => sink.complete(),
          (error: unknown) => sink.error(error),
        )
        return { unsubscribe: () => stop.abort() }
      },
    }),
  })

interface Attempt {
  /** `over`: refused, or ended with nothing to tell. `ended`: by the API, after events. `lost`: anything else. */
  end: 'over' | 'ended' | 'lost'
  /** How long to wait (milliseconds), as the API says. */
  wait?: number
}

async function follow(
  operation: Operation,
  body: string,
  next: (result: ExecutionResult) => void,
  tell: (isConnected: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  let last: string | undefined
  let wait = FIRST_WAIT
  let isConnected = true
  const connected = () => {
    wait = FIRST_WAIT
    if (!isConnected) tell(true)
    isConnected = true
  }
  const hear = (event: { id: string | undefined; result: ExecutionResult }) => {
    last = event.id ?? last
    next(event.result)
  }
  while (!signal.aborted) {
    const attempt = await listen(operation, { body, last }, connected, hear, signal)
    if (attempt.end === 'over' || signal.aborted) return
    if (attempt.end === 'ended') continue
    if (isConnected) tell(false)
    isConnected = false
    await untilNextChance(attempt.wait ?? wait, signal)
    wait = Math.min(2 * wait, LONGEST_WAIT)
  }
}

async function listen(
  { context }: Operation,
  { body, last }: { body: string; last: string | undefined },
  connected: () => void,
  hear: (event: { id: string | undefined; result: ExecutionResult }) => void,
  stopped: AbortSignal,
): Promise<Attempt> {
  const given = typeof context.fetchOptions === 'function' ? context.fetchOptions() : context.fetchOptions
  const headers = new Headers(given?.headers)
  headers.set('accept', 'text/event-stream')
  headers.set('content-type', 'application/json')
  if (last !== undefined) headers.set('last-event-id', last)
  const lost = new AbortController()
  const signal = AbortSignal.any([stopped, lost.signal])
  const silence = new Countdown(SILENCE, () => lost.abort())
  // A connection from before belongs to another network.
  const removeOnline = onOnline(() => lost.abort())
  try {
    const send = context.fetch ?? fetch
    const response = await send(context.url, { ...given, method: 'POST', headers, body, signal })
    if (PASSING.has(response.status)) return { end: 'lost', ...waitIn(response) }
    if (!/^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')) {
      hear({ id: undefined, result: (await response.json()) as ExecutionResult })
      return { end: 'over' }
    }
    connected()
    return await hearEvents(response, hear, () => silence.again())
  } catch {
    return { end: 'lost' }
  } finally {
    silence.stop()
    removeOnline()
  }
}

async function hearEvents(
  { body }: Response,
  hear: (event: { id: string | undefined; result: ExecutionResult }) => void,
  onBytes: () => void,
): Promise<Attempt> {
  let rest = ''
  let isNews = false
  let isRefused = false
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    onBytes()
    const events = `${rest}${read.value}`.split('\n\n')
    rest = events.pop() ?? ''
    for (const event of events) {
      if (/^event: complete$/m.test(event)) return { end: isNews && !isRefused ? 'ended' : 'over' }
      const data = /^data: (.+)$/m.exec(event)?.[1]
      if (data === undefined) continue
      const result = JSON.parse(data) as ExecutionResult
      isNews = true
      isRefused = result.errors !== undefined && !result.data
      hear({ id: /^id: (.+)$/m.exec(event)?.[1], result })
    }
  }
  return { end: 'lost' }
}

function waitIn({ headers }: Response): { wait?: number } {
  const seconds = Number(headers.get('retry-after'))
  return seconds > 0 ? { wait: seconds * 1000 } : {}
}

class Countdown {
  readonly #milliseconds: number
  readonly #over: () => void
  #timer: ReturnType<typeof setTimeout>

  constructor(milliseconds: number, over: () => void) {
    this.#milliseconds = milliseconds
    this.#over = over
    this.#timer = setTimeout(over, milliseconds)
  }

  again(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#over, this.#milliseconds)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}

/** In browsers. @returns what removes it. */
function onOnline(listener: () => void): () => void {
  const target: Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>> = globalThis
  target.addEventListener?.('online', listener)
  return () => target.removeEventListener?.('online', listener)
}

/** Waits for this long (milliseconds), or until the connection is probably back. */
function untilNextChance(wait: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer)
      removeOnline()
      signal.removeEventListener('abort', go)
      resolve()
    }
    const timer = setTimeout(go, wait)
    const removeOnline = onOnline(go)
    signal.addEventListener('abort', go)
  })
}
