import { AppError } from '../errors.ts'
import { ExactNumber } from '../exact-json.ts'

// The same depth as in templates. Deeper data would exhaust the stack of code that walks it, such as
// JSON.stringify.
const MAX_DEPTH = 128

/**
 * The JSON text of data that a client sent.
 *
 * @param advice what a person should do when it is too large.
 * @throws AppError LIMIT_REACHED when it is nested too deeply or has over `maxBytes`.
 */
export function jsonOf(what: string, data: unknown, maxBytes: number, advice: string): string {
  if (isDeeperThan(MAX_DEPTH, data)) {
    throw new AppError('LIMIT_REACHED', `${what} is nested over ${MAX_DEPTH} levels deep. Flatten it.`, {
      limit: 'depth',
    })
  }
  const text = JSON.stringify(data ?? null)
  if (Buffer.byteLength(text) <= maxBytes) return text
  throw new AppError('LIMIT_REACHED', `${what} is at most ${maxBytes / 1024 / 1024} MiB. ${advice}`, {
    limit: 'bytes',
  })
}

const isBranch = (it: unknown): it is object =>
  typeof it === 'object' && it !== null && !(it instanceof ExactNumber)

/** Walks level by level, since the data may be too deep for recursion. */
function isDeeperThan(levels: number, data: unknown): boolean {
  let level = [data]
  for (let depth = 0; depth <= levels; depth++) {
    level = level.flatMap((it) => (isBranch(it) ? Object.values(it) : []))
    if (level.length === 0) return false
  }
  return true
}
