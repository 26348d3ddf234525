import { isCurrent, type Registry, secretReferences } from '../steps/index.ts'
import type { Automation, AutomationStep } from '../store/entities/index.ts'
import { secretsIn } from '../template/index.ts'

export interface SecretUsage {
  automation: Automation
  step: string
  field: string
}

/** Every place where one of the automations names the secret. */
export function secretUsagesIn(
  registry: Registry,
  automations: readonly Automation[],
  name: string,
): SecretUsage[] {
  return automations.flatMap((automation) => [
    ...hookUsages(automation, name),
    ...automation.steps.flatMap((step) => stepUsages(registry, automation, step, name)),
  ])
}

function stepUsages(
  registry: Registry,
  automation: Automation,
  step: AutomationStep,
  name: string,
): SecretUsage[] {
  const type = registry.list().find((it) => it.type === step.type)
  // A plugin that is not installed now may be back for the next run, so its steps count as well. So do those whose fields
  // have yet to be migrated.
  const references =
    type && isCurrent(type, step)
      ? secretReferences(type, step.fields)
      : Object.entries(step.fields).flatMap(([field, raw]) =>
          secretsIn(raw).map((it) => ({ field, name: it })),
        )
  const fields = new Set(references.filter((it) => it.name === name).map((it) => it.field))
  return [...fields].map((field) => ({ automation, step: step.key, field }))
}

function hookUsages(automation: Automation, name: string): SecretUsage[] {
  const { secret, verifyToken } = automation.hookSignature ?? {}
  const isUsed = secret === name || verifyToken === name
  return isUsed ? [{ automation, step: 'trigger', field: 'hookSignature' }] : []
}
