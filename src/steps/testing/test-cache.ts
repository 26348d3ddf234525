import { databaseTime } from '../../database-time.ts'
import { Sensitive } from '../../sensitive.ts'
import type { CacheAt, CacheRows } from '../../store/cache-rows.ts'

interface Row {
  sealed?: string
  expiresAt: number
  lease?: string
}

/** What steps keep between runs, for tests: without a database, and as long as it is used. */
export class TestCache {
  readonly #rows = new Map<string, Row>()

  /** How many values it holds. */
  get size(): number {
    return [...this.#rows.values()].filter(({ sealed }) => sealed !== undefined).length
  }

  /** For the test kit. Nothing has to be sealed in the memory of a test. */
  caches() {
    return {
      rows: rowsIn(this.#rows),
      sealer: { seal: async (_at: unknown, value: string) => value },
      opener: { openRunData: async (_at: unknown, sealed: string) => new Sensitive(sealed) },
    }
  }
}

function rowsIn(rows: Map<string, Row>): CacheRows {
  const id = ({ workspace, stepType, key }: CacheAt) => `${workspace} ${stepType} ${key}`
  const fresh = (row: Row | undefined) =>
    row?.sealed !== undefined && row.expiresAt > databaseTime().getTime()
  return {
    async read(at) {
      const row = rows.get(id(at))
      return fresh(row) ? row?.sealed : undefined
    },
    async lease(at, lease) {
      const row = rows.get(id(at))
      if (fresh(row) || row?.lease !== undefined) return false
      rows.set(id(at), { expiresAt: 0, lease })
      return true
    },
    async write(at, { sealed, expiresAt }) {
      rows.set(id(at), { sealed, expiresAt: expiresAt.getTime() })
    },
    async drop(at, sealed) {
      if (rows.get(id(at))?.sealed === sealed) rows.delete(id(at))
    },
    async release(at, lease) {
      if (rows.get(id(at))?.lease === lease) rows.delete(id(at))
    },
  }
}
