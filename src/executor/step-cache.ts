import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { Sensitive } from '../sensitive.ts'
import type { StepCacheAccess } from '../steps/index.ts'
import type { CacheAt, CacheRows } from '../store/cache-rows.ts'
import type { Opener } from '../vault/opening.ts'
import type { Sealer } from '../vault/sealing.ts'
import { isObtained } from './protect.ts'

/** What steps keep between runs, as a worker holds it. */
export interface StepCaches {
  rows: CacheRows
  sealer: Sealer
  opener: Pick<Opener, 'openRunData'>
}

interface CacheParts {
  caches: StepCaches | undefined
  workspace: string
  stepType: string
  /** The values of the secrets in these fields, by name; without fields, of all that the step has in hand. */
  owners(from: readonly string[] | undefined): ReadonlyMap<string, Sensitive>
  /** Has the run learn a value of these fields. */
  protect(value: string, from: readonly string[] | undefined): Sensitive
  signal: AbortSignal
}

interface Entry {
  value: string
  /** A digest of the values that it was made from. */
  madeFrom: string
}

// How long to wait before looking again whether another step has made an entry (milliseconds).
const FIRST_LOOK = 20
const LATER_LOOK = 500
const MAX_VALUE_BYTES = 64 * 1024
const MAX_DAYS = 30
const DAY = 24 * 60 * 60 * 1000

/**
 * The cache of one step. An entry belongs to a step type in a workspace and to the secrets that it was made from, by their
 * names and their values: a step with others, or with one that was replaced, never gets it.
 *
 * @returns the cache, and what ends the leases of a step that has ended.
 */
export function createStepCache(parts: CacheParts): { cache: StepCacheAccess; release(): Promise<void> } {
  const leases = new Map<string, CacheAt>()
  const seen = new Map<string, string>()
  const cache: StepCacheAccess = {
    async get(key, { from } = {}) {
      const { at, caches, madeFrom } = place(parts, key, from)
      for (let wait = FIRST_LOOK; ; wait = Math.min(wait * 2, LATER_LOOK)) {
        const found = await readEntry(caches, at, madeFrom)
        if (found) {
          seen.set(at.key, found.sealed)
          return parts.protect(found.value, from)
        }
        const lease = randomUUID()
        if (await caches.rows.lease(at, lease)) {
          leases.set(lease, at)
          return undefined
        }
        await sleep(wait, undefined, { signal: parts.signal })
      }
    },
    async set(key, given, { expiresAt, from }) {
      const { at, caches, madeFrom, secrets } = place(parts, key, from)
      const value = given instanceof Sensitive ? given.reveal() : given
      const entry: Entry = { value, madeFrom }
      if (Buffer.byteLength(value) > MAX_VALUE_BYTES) throw tooLarge()
      const latest = databaseTime().getTime() + MAX_DAYS * DAY
      const sealed = await caches.sealer.seal(sealedAt(at), JSON.stringify(entry))
      const until = new Date(Math.min(expiresAt.getTime(), latest))
      await caches.rows.write(at, { sealed, secrets: secrets.filter(isStored), expiresAt: until })
      for (const [lease, of] of leases) if (of.key === at.key) leases.delete(lease)
      return parts.protect(value, from)
    },
    async delete(key, { from } = {}) {
      const { at, caches } = place(parts, key, from)
      const sealed = seen.get(at.key)
      if (sealed !== undefined) await caches.rows.drop(at, sealed)
    },
  }
  const release = async () => {
    for (const [lease, at] of leases) {
      // It ends by itself when the database is away: the step must not fail for it.
      await parts.caches?.rows.release(at, lease).catch(() => undefined)
    }
  }
  return { cache, release }
}

/** Whether the database has the secret. Those of the operator are in the environment. */
const isStored = (name: string): boolean => !isObtained(name)

function place(parts: CacheParts, key: string, from: readonly string[] | undefined) {
  const { caches, workspace, stepType } = parts
  if (!caches) throw new AppError('STEP_FAILED', 'There is nothing here that keeps values between runs.')
  const owners = [...parts.owners(from)].sort(([a], [b]) => (a < b ? -1 : 1))
  const secrets = owners.map(([name]) => name)
  const at = { workspace, stepType, key: digest([key, secrets]) }
  return { caches, at, secrets, madeFrom: digest(owners.map(([, value]) => value.reveal())) }
}

/** One that was made from another value of a secret is removed, and so is one that cannot be opened any more. */
async function readEntry(
  { rows, opener }: StepCaches,
  at: CacheAt,
  madeFrom: string,
): Promise<{ value: string; sealed: string } | undefined> {
  const sealed = await rows.read(at)
  if (sealed === undefined) return undefined
  try {
    const entry: Entry = JSON.parse((await opener.openRunData(sealedAt(at), sealed)).reveal())
    if (entry.madeFrom === madeFrom) return { value: entry.value, sealed }
  } catch (error) {
    // Its key was deleted, or somebody wrote into the row: then it is made anew.
    if (!(error instanceof AppError) || error.code !== 'SECRET_UNREADABLE') throw error
  }
  await rows.drop(at, sealed)
  return undefined
}

/** The row is sealed in, so that a writer to the database cannot give one step type what another one has kept. */
const sealedAt = ({ workspace, stepType, key }: CacheAt) => ({ workspace, name: `cache/${stepType}/${key}` })

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex')

function tooLarge(): AppError {
  return new AppError('STEP_FAILED', `A step can keep values of up to ${MAX_VALUE_BYTES / 1024} KiB.`)
}
