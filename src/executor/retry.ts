import { setTimeout as sleep } from 'node:timers/promises'
import type { AutomationStep, StoredError } from '../store/entities/index.ts'

// However often the delay has doubled (milliseconds).
const MAX_DELAY = 60 * 60 * 1000

/** How long after an attempt that ended with `error` the next one begins (milliseconds); `undefined`: never. */
export function retryDelay(
  { retry }: AutomationStep,
  attempt: number,
  { code, retry: asked }: StoredError,
): number | undefined {
  if (!retry || attempt > retry.count || asked === 'never') return undefined
  if (!asked && !retry.on.includes(code)) return undefined
  if (asked?.afterSeconds !== undefined) return Math.min(asked.afterSeconds * 1000, MAX_DELAY)
  return Math.min(retry.delaySeconds * 1000 * 2 ** (attempt - 1), MAX_DELAY)
}

/** Waits so many milliseconds, or until `signal` aborts. */
export async function waitUnlessAborted(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined)
}
