import { setTimeout as sleep } from 'node:timers/promises'
import { INSTANCE } from '../store/entities/index.ts'
import { listWorkspaces, Reach } from '../store/reach.ts'
import { statement } from '../store/statements.ts'
import { type SigningParts, signCheckpoints } from './checkpoints.ts'

// How often it looks for events that are not linked (milliseconds), so that they are within a second.
const LOOK_MS = 500
const CHECKPOINT_MS = 60_000
// One statement links so many at most: it holds the lock for about a fifth of a second.
const BATCH = 2000

// While a node of the database is away, every workspace is asked by itself: that takes longer. So many times as long as a
// round took is the pause after it.
const REST = 5

// A worker that stops begins no further batch after so long (milliseconds): another one links what is left, as of a backlog of
// millions.
const LAST_MS = 5000

const link = statement('select link_audit($1) as linked')
const linkOne = statement('select link_audit_of($1, $2) as linked')

/**
 * Links what was written, and signs where the chains end, until it is told to stop. Any number of workers may do it at
 * once: one of them at a time links, and no run waits for any of them.
 *
 * @returns what ends it; what was written shortly before is linked and signed then.
 */
export function startAuditKeeper(parts: SigningParts): () => Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping
  const { log, store } = parts
  const reach = new Reach(log)
  const linkReachable = (stopping: AbortSignal) =>
    reach.all(
      async () => [...(await listWorkspaces(store.em())), INSTANCE],
      () => linkAll(parts, stopping),
      (workspace) => linkAll(parts, stopping, workspace),
    )
  const sign = () =>
    signCheckpoints(parts, reach).catch((err: unknown) =>
      log.warn({ err }, 'no audit checkpoints could be signed, it will be tried again'),
    )
  const keep = async () => {
    for (let signedAt = Number.NEGATIVE_INFINITY; !signal.aborted; ) {
      const began = performance.now()
      await linkReachable(signal).catch((err: unknown) =>
        log.warn({ err }, 'audit events could not be linked, it will be tried again'),
      )
      if (performance.now() - signedAt >= CHECKPOINT_MS) {
        signedAt = performance.now()
        await sign()
      }
      const rest = reach.isPartial ? (performance.now() - began) * REST : 0
      await sleep(Math.max(LOOK_MS, rest), undefined, { signal }).catch(() => undefined)
    }
  }
  const kept = keep()
  return async () => {
    stopping.abort()
    await kept
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), LAST_MS)
    await linkReachable(late.signal).catch(() => undefined)
    clearTimeout(timer)
    await sign()
  }
}

/**
 * Links batch by batch, and nothing while another worker does.
 *
 * @param workspace whose events; those of all, unless told.
 */
async function linkAll(
  { store }: Pick<SigningParts, 'store'>,
  stopping: AbortSignal,
  workspace?: string,
): Promise<void> {
  const [query, values] = workspace === undefined ? [link, [BATCH]] : [linkOne, [workspace, BATCH]]
  for (let linked: number | null = BATCH; linked === BATCH && !stopping.aborted; ) {
    linked = (await store.read<{ linked: number | null }>(query, values))[0]?.linked ?? null
  }
}
