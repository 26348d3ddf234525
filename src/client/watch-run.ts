import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import { parseJson } from '../exact-json.ts'
import type { Sensitive } from '../sensitive.ts'
import { type ApiRequest, apiRefusal, notLockstep, refuseRedirect, sendTo } from './api-request.ts'
import { documents } from './documents.ts'

// A connection that is quiet for so long is asked for again (milliseconds).
const CONNECTION_MS = 10 * 60_000
const AGAIN_MS = 1000
const ENDED: readonly string[] = ['SUCCEEDED', 'FAILED', 'CANCELLED']

interface WatchParts {
  url: string
  token(): Promise<Sensitive>
  request: ApiRequest
}

/**
 * Follows a run by server-sent events until it has ended. A connection that is lost is made again: the first event is always
 * the current state.
 *
 * @throws AppError NOT_FOUND for a run that there is not.
 */
export async function* watchRun<T extends { status: string }>(
  parts: WatchParts,
  id: string,
  stopping?: AbortSignal,
): AsyncGenerator<T> {
  for (;;) {
    try {
      for await (const run of eventsOf<T>(parts, id)) {
        yield run
        if (ENDED.includes(run.status)) return
      }
    } catch (error) {
      // A refusal would be met again. Anything else is the network.
      if (error instanceof AppError && error.code !== 'INTERNAL') throw error
      const { run } = await parts.request<{ run: T | null }>(documents.run, { id })
      if (!run) throw new AppError('NOT_FOUND', 'There is no such run.')
    }
    await delay(AGAIN_MS, undefined, stopping && { signal: stopping })
  }
}

interface Event<T> {
  data?: { runUpdated: T } | null
  errors?: { message: string; extensions?: { code?: string } }[]
}

async function* eventsOf<T>({ url, token }: WatchParts, id: string): AsyncGenerator<T> {
  const response = await sendTo(url, '/graphql', {
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${(await token()).reveal()}`,
    },
    body: JSON.stringify({ query: documents.watchRun, variables: { id } }),
    timeoutMs: CONNECTION_MS,
  })
  refuseRedirect(url, response)
  if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream'))
    throw notLockstep(url, response.status)
  for await (const text of readEvents(response.body)) {
    const { data, errors } = parseJson(text) as Event<T>
    const [error] = errors ?? []
    if (error) throw apiRefusal(error)
    if (data) yield data.runUpdated
  }
}

/** The data of each `next` event (the GraphQL over SSE protocol, distinct connections). */
async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = ''
  const decoder = new TextDecoder()
  try {
    for await (const chunk of body) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n\r?\n/)
      rest = parts.pop() ?? ''
      for (const part of parts) {
        const lines = part.split(/\r?\n/)
        if (!lines.includes('event: next')) continue
        const data = lines.filter((it) => it.startsWith('data:')).map((it) => it.slice(5).trimStart())
        yield data.join('\n')
      }
    }
  } catch (cause) {
    throw new AppError('INTERNAL', 'The connection was lost.', { cause })
  }
}
