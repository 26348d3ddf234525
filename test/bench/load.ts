import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** Requests that are all alike, each connection one after the other. */
export interface Load {
  /** The connections take them in turns. */
  urls: readonly string[]
  headers: Readonly<Record<string, string>>
  body: string
  connections: number
  /** It ends after that many seconds, or else after that many requests. */
  seconds?: number
  requests?: number
  /** All of these stand in every answer that counts; another answer ends the load with an error. */
  expected: readonly string[]
}

export interface LoadResult {
  perSecond: number
  /** Milliseconds. */
  p50: number
  /** What was answered last. */
  answer: string
}

/** Starts the process that makes the load. */
export function createLoad(stack: AsyncDisposableStack): (load: Load) => Promise<LoadResult> {
  const child = fork(join(import.meta.dirname, 'load-process.ts'))
  stack.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill()
    await once(child, 'exit')
  })
  return async (load) => {
    const ended = new AbortController()
    const answer = once(child, 'message', { signal: ended.signal })
    const end = once(child, 'exit', { signal: ended.signal }).then(() => {
      throw new Error('the process that makes the load has ended')
    })
    child.send(load)
    const [result] = await Promise.race([answer, end]).finally(() => {
      ended.abort()
      void Promise.allSettled([answer, end])
    })
    if ('failure' in result) throw new Error(result.failure)
    return result
  }
}
