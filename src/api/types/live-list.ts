import { setTimeout as delay } from 'node:timers/promises'
import type { ListName, Scope } from '../../domain/index.ts'
import type { Context } from '../builder.ts'
import { createLoaders } from '../loaders.ts'

// How often (milliseconds) a subscription asks whether its reader still may read.
const LOOK_AGAIN = 2000
// After so many of them the list is read although nobody said that it changed: a notification can be lost. That a run was
// made is not said to followers, because each run would pay for it.
const QUIET_LOOKS: Readonly<Record<ListName, number>> = { automations: 5, runs: 1, secrets: 5 }
// How long (milliseconds) changes are gathered before the list is read again.
const GATHER = 250

export const LIVE =
  'The page, and again after each change of what is asked for. Ended when the caller may not read it any more.'

/** Yields when a list is to be read: now, and whenever it may have changed, for as long as its reader may read it. */
export async function* watchList(
  context: Context,
  workspace: string,
  list: ListName,
  scope: Scope,
): AsyncGenerator<object> {
  const { domain, mayNow, signal } = context
  for (let quiet = 0; !signal.aborted && (await mayNow(workspace, scope)); ) {
    // Waiting begins before the list is read, so that no change in between is missed.
    const over = new AbortController()
    const change = domain.waitForList(workspace, list, LOOK_AGAIN, AbortSignal.any([signal, over.signal]))
    try {
      if (quiet === 0) yield beginEvent(context)
      quiet = (await change) ? 0 : (quiet + 1) % QUIET_LOOKS[list]
    } finally {
      over.abort()
    }
    if (quiet === 0) await delay(GATHER, undefined, { signal }).catch(() => undefined)
  }
}

/** What loaders have read for the event before may have changed, and its size does not count any more. */
export function beginEvent(context: Context): object {
  context.loaders = createLoaders(context.domain)
  return {}
}
