import { join } from 'node:path'
import { type Benchmark, inTurns, toFigure } from '../benchmark.ts'
import { startProcess } from '../processes.ts'
import { createWorkspace, instanceSettings, startInstance } from '../world.ts'

const FLOOR = join(import.meta.dirname, '../floors/start.ts')

export const start: Benchmark = {
  name: 'start',
  about: '`lockstep start` on existing data until it is ready; an empty server and the embedded database',
  async measure(bench) {
    const env = await instanceSettings(bench.stack)
    bench.say('start: making the data')
    const first = await startInstance(env)
    await createWorkspace(first.url).finally(() => first.process[Symbol.asyncDispose]())
    const rounds = await inTurns(bench, 'start', {
      ours: () => secondsUntil(async () => (await startInstance(env)).process),
      floor: () => secondsUntil(() => startProcess([FLOOR], /^listens at/, env)),
    })
    return [toFigure({ name: 'start', unit: 's', rounds, goal: { of: 'ours', atMost: 2.5 } })]
  },
}

/** Stopping it is not part of the time. */
async function secondsUntil(begin: () => Promise<AsyncDisposable>): Promise<number> {
  const from = performance.now()
  await using _started = await begin()
  return (performance.now() - from) / 1000
}
