import { type Benchmark, type Figure, toFigure } from '../benchmark.ts'
import { compareLoads } from '../compare-loads.ts'
import type { Load } from '../load.ts'
import { createSecrets } from '../stored-secrets.ts'
import { automationsLoad, createAutomations, openWorld } from '../world.ts'

const AUTOMATIONS = 303
const SECRETS = 20
const ALL = 'kind title variables { reference label sample }'
/** By the name of the figure. */
const cases = {
  'variables-plain': { selection: ALL, headers: {} },
  // As browsers ask.
  variables: { selection: ALL, headers: { 'accept-encoding': 'br' } },
}

export const variables: Benchmark = {
  name: 'variables',
  about: `a list of ${AUTOMATIONS} automations with what their steps may name, 1 connection; the list without it`,
  async measure(bench) {
    const world = await openWorld(bench)
    // A workspace may not ask for so much so often.
    const instance = await world.openInstance('ours', { LOCKSTEP_GRAPHQL_COST_PER_MINUTE: '0' })
    await createSecrets(instance, SECRETS)
    await createAutomations(instance, AUTOMATIONS)
    const load = (selection?: string) => automationsLoad(instance, AUTOMATIONS, selection)
    const figures: Figure[] = []
    for (const [name, { selection, headers }] of Object.entries(cases)) {
      const ours = packed(await load(selection), headers)
      const floor = packed(await load(), headers)
      const rounds = await compareLoads(bench, name, { ours, floor }, (it) => it.p50)
      figures.push(toFigure({ name, unit: 'ms', rounds, goal: { of: 'ratio', atMost: 2 } }))
    }
    return figures
  },
}

const packed = (load: Load, headers: Record<string, string>): Load => ({
  ...load,
  headers: { ...load.headers, ...headers },
})
