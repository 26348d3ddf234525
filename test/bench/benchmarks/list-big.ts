import { type Benchmark, toFigure } from '../benchmark.ts'
import { compareLoads } from '../compare-loads.ts'
import { fill } from '../postgres.ts'
import { copySecretStatement, createSecrets } from '../stored-secrets.ts'
import { listLoad, openWorld } from '../world.ts'

const STORED_SECRETS = 1_000_000

export const listBig: Benchmark = {
  name: 'list-big',
  about: '`list` beside 1,000,000 secrets in 10,000 workspaces; ours beside none',
  async measure(bench) {
    const { size = STORED_SECRETS } = bench.options
    const world = await openWorld(bench)
    const full = await world.openInstance('full')
    const empty = await world.openInstance('empty')
    for (const instance of [full, empty]) await createSecrets(instance)
    await fill(full.database.client, 'list-big: stored secrets', [1, size], await copySecretStatement(full))
    const loads = { ours: await listLoad(full), floor: await listLoad(empty) }
    const rounds = await compareLoads(bench, 'list-big', loads, (it) => it.perSecond)
    return [toFigure({ name: 'list-big', unit: 'lists/s', rounds, goal: { of: 'ratio', atLeast: 0.9 } })]
  },
}
