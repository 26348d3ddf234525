import { hash } from 'node:crypto'
import type { ExecutionResult } from 'graphql'
import { isAsyncIterable, type Plugin } from 'graphql-yoga'

/** A result with what Yoga writes in the place of its JSON. */
type Event = ExecutionResult & { stringify?: (result: unknown) => string }

/**
 * Sends an event of a subscription only when it says something else than the one before, with an id (server-sent events,
 * HTML standard). A client that comes back with `Last-Event-ID` is not told again what it knows.
 */
export const changedEvents: Plugin = {
  onSubscribe({ args }) {
    const { request } = args.contextValue as { request?: Request }
    const known = request?.headers.get('last-event-id') ?? undefined
    return {
      onSubscribeResult({ result, setResult }) {
        if (isAsyncIterable(result)) setResult(onlyChanges(result as AsyncIterable<Event>, known))
      },
    }
  },
}

async function* onlyChanges(events: AsyncIterable<Event>, known: string | undefined): AsyncGenerator<Event> {
  let last = known
  for await (const event of events) {
    const id = idOf(event)
    if (id === last) continue
    last = id
    // A line of its own in the event, whose data are one line of JSON.
    yield { ...event, stringify: (result) => `${JSON.stringify(result)}\nid: ${id}` }
  }
}

/** Of the data alone, so that the same state has the same id in every process, also after a restart. */
const idOf = ({ data }: ExecutionResult): string => hash('sha256', JSON.stringify(data ?? null), 'base64url')
