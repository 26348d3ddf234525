import { type Benchmark, inTurns, toFigure } from '../benchmark.ts'
import { warmUp } from '../compare-loads.ts'
import { startServer } from '../processes.ts'
import { createSecrets } from '../stored-secrets.ts'
import { listLoad, openWorld, WORKSPACE } from '../world.ts'

export const list: Benchmark = {
  name: 'list',
  about: 'the names of 50 secrets with a member’s token, 16 connections; one query and the same JSON',
  async measure(bench) {
    const world = await openWorld(bench)
    const instance = await world.openInstance('ours')
    await createSecrets(instance)
    const ours = await listLoad(instance)
    const env = { DATABASE_URL: instance.database.url, WORKSPACE }
    const floor = { ...ours, urls: [await startServer(bench.stack, 'floors/list.ts', env)] }
    const answers = await warmUp(bench, 'list', { ours, floor })
    if (answers.ours !== answers.floor) throw new Error('The floor of list gives another answer than ours.')
    const { seconds } = bench.options
    const rounds = await inTurns(bench, 'list', {
      ours: async () => (await bench.load({ ...ours, seconds })).perSecond,
      floor: async () => (await bench.load({ ...floor, seconds })).perSecond,
    })
    return [toFigure({ name: 'list', unit: 'lists/s', rounds, goal: { of: 'ratio', atLeast: 0.55 } })]
  },
}
