import {
  type Exchange,
  type ExecutionResult,
  makeErrorResult,
  makeResult,
  type Operation,
  type OperationResult,
} from '@urql/core'
import { makeFetchBody, makeFetchOptions, makeFetchURL } from '@urql/core/internal'
import { filter, fromAsyncIterable, merge, mergeMap, onEnd, pipe, takeUntil } from 'wonka'
import { parseJson } from '../../../src/exact-json.ts'

/**
 * Sends operations as urql's own exchange does, and changes no number on the way: urql reads with `JSON.parse`, which
 * loses the digits that a double cannot hold. Subscriptions come as server-sent events.
 */
export const exactFetchExchange: Exchange =
  ({ forward }) =>
  (operations) => {
    const isSent = ({ kind }: Operation) => kind !== 'teardown'
    const results = pipe(
      operations,
      filter(isSent),
      mergeMap((operation) => {
        const isOver = ({ kind, key }: Operation) => kind === 'teardown' && key === operation.key
        const stop = new AbortController()
        return pipe(
          fromAsyncIterable(send(operation, stop.signal)),
          onEnd(() => stop.abort()),
          takeUntil(pipe(operations, filter(isOver))),
        )
      }),
    )
    return merge([
      results,
      pipe(
        operations,
        filter((it) => !isSent(it)),
        forward,
      ),
    ])
  }

async function* send(operation: Operation, signal: AbortSignal): AsyncGenerator<OperationResult> {
  // What ends at once, as React's strict mode does it, sends nothing.
  await Promise.resolve()
  if (signal.aborted) return
  const body = makeFetchBody(operation)
  const options = makeFetchOptions(operation, body)
  let response: Response | undefined
  try {
    const url = makeFetchURL(operation, body)
    response = await fetch(url, { ...options, body: JSON.stringify(body), signal })
    let last: OperationResult | undefined
    for await (const text of textsOf(response)) {
      last = makeResult(operation, parseJson(text) as ExecutionResult, response)
      yield last
    }
    if (!last) throw new Error('The answer is empty.')
    if (last.hasNext) yield { ...last, hasNext: false }
  } catch (error) {
    if (signal.aborted) return
    const failed = response && !response.ok && response.statusText ? new Error(response.statusText) : error
    yield makeErrorResult(operation, failed as Error, response)
  }
}

/** The whole body, or the data of each event (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
async function* textsOf(response: Response): AsyncGenerator<string> {
  const isStream = /^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')
  if (!isStream || !response.body) return yield await response.text()
  let rest = ''
  for await (const chunk of chunksOf(response.body.pipeThrough(new TextDecoderStream()))) {
    const events = `${rest}${chunk}`.split('\n\n')
    rest = events.pop() ?? ''
    for (const event of events) {
      const data = /^data: ?(.+)$/m.exec(event)?.[1]
      if (data !== undefined) yield data
    }
  }
}

/** Not every browser can iterate over a stream. */
async function* chunksOf(stream: ReadableStream<string>): AsyncGenerator<string> {
  const reader = stream.getReader()
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value
  } finally {
    await reader.cancel()
  }
}
