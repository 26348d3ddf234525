import { type Registry, secretNames } from '../steps/index.ts'
import type { Automation } from '../store/entities/index.ts'
import type { Store } from '../store/store.ts'
import { secretsIn } from '../template/index.ts'
import { listAutomations } from './automation-list.ts'

/** How many automations name a secret. */
export interface SecretUseCount {
  name: string
  automations: number
}

/** The secrets that automations of the workspace name, by name. A secret that none names is left out. */
export async function secretUseCounts(
  { store, registry }: { store: Store; registry: Registry },
  workspace: string,
): Promise<SecretUseCount[]> {
  const counts = new Map<string, number>()
  for (const automation of await listAutomations(store, workspace)) {
    for (const name of namesIn(registry, automation)) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].map(([name, automations]) => ({ name, automations })).sort(byName)
}

const byName = (one: SecretUseCount, other: SecretUseCount): number => (one.name < other.name ? -1 : 1)

function namesIn(registry: Registry, { steps, hookSignature }: Automation): Set<string> {
  const { secret, verifyToken } = hookSignature ?? {}
  const known = new Set(registry.list().map(({ type }) => type))
  const ofSteps = steps.flatMap((step) =>
    // A plugin that is not installed now may be back for the next run, so its steps count as well.
    known.has(step.type) ? secretNames(registry, step) : secretsIn(step.fields),
  )
  return new Set([...ofSteps, ...[secret, verifyToken].filter((it) => it !== undefined)])
}
