import { type Benchmark, toFigure } from '../benchmark.ts'
import { compareLoads } from '../compare-loads.ts'
import { fill } from '../postgres.ts'
import { copyRunStatement } from '../stored-runs.ts'
import { createHook, makeRun, openWorld, runLoad } from '../world.ts'

const STORED_RUNS = 2_000_000

export const runHistory: Benchmark = {
  name: 'run-history',
  about: '`run` with 2,000,000 stored runs; ours with none',
  async measure(bench) {
    const { size = STORED_RUNS } = bench.options
    const world = await openWorld(bench)
    const full = await world.openInstance('full')
    const empty = await world.openInstance('empty')
    const loads = {
      ours: runLoad([await createHook(full, world.target)]),
      floor: runLoad([await createHook(empty, world.target)]),
    }
    const statement = await copyRunStatement(full, await makeRun(bench, loads.ours), size)
    await fill(full.database.client, 'run-history: stored runs', [1, size], statement)
    const rounds = await compareLoads(bench, 'run-history', loads, (it) => it.perSecond)
    return [toFigure({ name: 'run-history', unit: 'runs/s', rounds, goal: { of: 'ratio', atLeast: 0.9 } })]
  },
}
