import { type Bench, type Benchmark, toFigure } from '../benchmark.ts'
import { compareLoads, type Loads } from '../compare-loads.ts'
import { startServer } from '../processes.ts'
import { createHook, openWorld, runLoad, SECRET } from '../world.ts'

export const run: Benchmark = {
  name: 'run',
  about:
    'hook with Prefer: wait, one POST with a secret, 16 connections; a bare process that inserts, asks, updates',
  async measure(bench) {
    const rounds = await compareLoads(bench, 'run', await openRuns(bench), (it) => it.perSecond)
    return [toFigure({ name: 'run', unit: 'runs/s', rounds, goal: { of: 'ratio', atLeast: 0.4 } })]
  },
}

/** Ours, and the bare process on the same PostgreSQL that asks the same service. */
export async function openRuns(bench: Bench, steps = 1, connections?: number): Promise<Loads> {
  const world = await openWorld(bench)
  const instance = await world.openInstance('ours')
  const hook = await createHook(instance, world.target, steps)
  const { url } = await world.createDatabase('floor')
  const env = { DATABASE_URL: url, TARGET: world.target, STEPS: String(steps), SECRET }
  const floor = await startServer(bench.stack, 'floors/run.ts', env)
  return { ours: runLoad([hook], steps, connections), floor: runLoad([floor], steps, connections) }
}
