import { type Benchmark, toFigure } from '../benchmark.ts'
import { compareLoads } from '../compare-loads.ts'
import { openRuns } from './run.ts'

export const runLatency: Benchmark = {
  name: 'run-latency',
  about: 'the median time of `run` on one connection; that of its floor',
  async measure(bench) {
    const rounds = await compareLoads(bench, 'run-latency', await openRuns(bench, 1, 1), (it) => it.p50)
    return [toFigure({ name: 'run-latency', unit: 'ms', rounds, goal: { of: 'ratio', atMost: 4 } })]
  },
}
