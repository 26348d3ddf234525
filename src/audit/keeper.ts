import { setTimeout as sleep } from 'node:timers/promises'
import { statement } from '../store/statements.ts'
import { type SigningParts, signCheckpoints } from './checkpoints.ts'

// How often it looks for events that are not linked (milliseconds), so that they are within a second.
const LOOK_MS = 500
const CHECKPOINT_MS = 60_000
// One statement links so many at most: it holds the lock for about a fifth of a second.
const BATCH = 2000

const link = statement('select link_audit($1) as linked')

/**
 * Links what was written, and signs where the chains end, until it is told to stop. Any number of workers may do it at
 * once: one of them at a time links, and no run waits for any of them.
 *
 * @returns what ends it; what was linked before is then signed.
 */
export function startAuditKeeper(parts: SigningParts): () => Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping
  const { log } = parts
  const sign = () =>
    signCheckpoints(parts).catch((err: unknown) =>
      log.warn({ err }, 'no audit checkpoints could be signed, it will be tried again'),
    )
  const keep = async () => {
    for (let signedAt = Number.NEGATIVE_INFINITY; !signal.aborted; ) {
      await linkAll(parts, signal).catch((err: unknown) =>
        log.warn({ err }, 'audit events could not be linked, it will be tried again'),
      )
      if (performance.now() - signedAt >= CHECKPOINT_MS) {
        signedAt = performance.now()
        await sign()
      }
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined)
    }
  }
  const kept = keep()
  return async () => {
    stopping.abort()
    await kept
    await linkAll(parts, new AbortController().signal).catch(() => undefined)
    await sign()
  }
}

/** Links batch by batch, and nothing while another worker does. */
async function linkAll({ store }: Pick<SigningParts, 'store'>, stopping: AbortSignal): Promise<void> {
  for (let linked: number | null = BATCH; linked === BATCH && !stopping.aborted; ) {
    linked = (await store.read<{ linked: number | null }>(link, [BATCH]))[0]?.linked ?? null
  }
}
