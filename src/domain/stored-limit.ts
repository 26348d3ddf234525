import { LRUCache } from 'lru-cache'
import { AppError } from '../errors.ts'
import type { Read } from '../store/statements.ts'
import { storedSize } from '../store/stored-bytes.ts'

const MIB = 1024 * 1024
// It is measured every few minutes, so that it is asked no more often (milliseconds), for so many workspaces.
const KEPT = { ttl: 30_000, max: 10_000 }
const RETRY_SECONDS = 300

/** How much of what it may store a workspace stores. */
export interface Storage {
  bytes: number
  /** Null: it may store any number. */
  maxBytes: number | null
  measuredAt: Date
}

export interface StoredLimit {
  /** Undefined: it was not measured yet, or stores nothing. */
  find(workspace: string): Promise<Storage | undefined>
  /** Whether a workspace stores as much as it may. */
  isFull(workspace: string): Promise<boolean>
  /** @throws AppError LIMIT_REACHED when {@link isFull} */
  check(workspace: string): Promise<void>
}

/** @param mib 0: any number. */
export function createStoredLimit(read: Read, mib: number): StoredLimit {
  const known = new LRUCache<string, number>(KEPT)
  const find = async (workspace: string) => {
    const size = await storedSize(read, workspace)
    return size && { ...size, maxBytes: mib === 0 ? null : mib * MIB }
  }
  const bytesOf = async (workspace: string) => {
    if (mib === 0) return 0
    const bytes = known.get(workspace) ?? (await find(workspace))?.bytes ?? 0
    if (!known.has(workspace)) known.set(workspace, bytes)
    return bytes
  }
  const isFull = async (workspace: string) => mib > 0 && (await bytesOf(workspace)) >= mib * MIB
  return {
    find,
    isFull,
    async check(workspace) {
      if (!(await isFull(workspace))) return
      const used = Math.ceil((await bytesOf(workspace)) / MIB)
      const message =
        `This workspace stores about ${used} MiB, and may store ${mib} (LOCKSTEP_WORKSPACE_MAX_MIB). ` +
        'Old runs go by themselves. Let steps put out less, or ask who runs this instance.'
      throw new AppError('LIMIT_REACHED', message, { retryAfterSeconds: RETRY_SECONDS })
    },
  }
}
