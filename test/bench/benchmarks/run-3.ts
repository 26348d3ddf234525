import { type Benchmark, toFigure } from '../benchmark.ts'
import { compareLoads } from '../compare-loads.ts'
import { openRuns } from './run.ts'

export const run3: Benchmark = {
  name: 'run-3',
  about:
    '`run` with three steps, each reading the one before; a bare process that inserts, then asks and updates thrice',
  async measure(bench) {
    const rounds = await compareLoads(bench, 'run-3', await openRuns(bench, 3), (it) => it.perSecond)
    return [toFigure({ name: 'run-3', unit: 'runs/s', rounds, goal: { of: 'ratio', atLeast: 0.4 } })]
  },
}
