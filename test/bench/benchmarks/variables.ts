import { type Benchmark, type Figure, toFigure } from '../benchmark.ts'
import { compareLoads } from '../compare-loads.ts'
import { createSecrets } from '../stored-secrets.ts'
import { automationsLoad, createAutomations, openWorld } from '../world.ts'

const AUTOMATIONS = 303
/** What `variables` is asked for, by the name of its figure. */
const selections = {
  variables: 'kind title variables { reference label }',
  'variables-samples': 'kind title variables { reference label sample }',
}

export const variables: Benchmark = {
  name: 'variables',
  about: `a list of ${AUTOMATIONS} automations with what their steps may name, 1 connection; the list without it`,
  async measure(bench) {
    const world = await openWorld(bench)
    // A workspace may not ask for so much so often.
    const instance = await world.openInstance('ours', { LOCKSTEP_GRAPHQL_COST_PER_MINUTE: '0' })
    await createSecrets(instance)
    await createAutomations(instance, AUTOMATIONS)
    const floor = await automationsLoad(instance, AUTOMATIONS)
    const figures: Figure[] = []
    for (const [name, selection] of Object.entries(selections)) {
      const ours = await automationsLoad(instance, AUTOMATIONS, selection)
      const rounds = await compareLoads(bench, name, { ours, floor }, (it) => it.p50)
      figures.push(toFigure({ name, unit: 'ms', rounds, goal: { of: 'ratio', atMost: 2 } }))
    }
    return figures
  },
}
