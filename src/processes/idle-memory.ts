import { performance } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// How often it looks (milliseconds), and below which part of that time there was nothing to do.
const EVERY = 2000
const IDLE_BELOW = 0.03
// So often in a row, a process rests.
const LOOKS = 3

/**
 * Stops V8 from making objects where the old ones are, because many of their place in the code lived long once. What
 * they point to lives as long as they: so each request and each run left kilobytes, until the slow collection of all.
 */
export function leaveGarbageYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring')
}

/**
 * Gives memory back once a process rests after work. V8 collects garbage when the heap has grown; without this, a
 * process that has nothing more to do keeps what it took when it was busiest. The collection takes about 100 ms of
 * processor time, once for each rest.
 */
export function giveBackWhenIdle(collect = collector()): void {
  let before = performance.eventLoopUtilization()
  let idle = 0
  setInterval(() => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    idle = utilization < IDLE_BELOW ? idle + 1 : 0
    if (idle !== LOOKS) return
    collect()
    // What that took is no work.
    before = performance.eventLoopUtilization()
  }, EVERY).unref()
}

function collector(): () => void {
  setFlagsFromString('--expose-gc')
  const collect: NodeJS.GCFunction = runInNewContext('gc')
  return () => collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
