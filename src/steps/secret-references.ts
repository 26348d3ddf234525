import { secretsIn } from '../template/index.ts'
import type { StepType } from './define-step.ts'
import { givenValue } from './form/content.ts'
import { fieldUses, type RawFields } from './raw-fields.ts'
import type { Registry } from './registry.ts'
import { withinField } from './within.ts'

/** A secret that a field of a step refers to. */
export interface SecretReference {
  readonly field: string
  readonly name: string
}

/**
 * The secrets that a stored step uses, each field and name once. Hidden fields use none, because a run resolves no
 * more than it needs.
 *
 * @param raw the fields as they are stored; fields that the step type does not have are skipped.
 */
export function secretReferences(type: StepType, raw: unknown): SecretReference[] {
  if (typeof raw !== 'object' || raw === null) return []
  const stored = raw as RawFields
  const references: SecretReference[] = []
  for (const { name, field, shown } of fieldUses(type.fields, stored)) {
    if (shown === false) continue
    const names = withinField(name, () => secretsIn(givenValue(name, field, stored)))
    for (const secret of new Set(names)) references.push({ field: name, name: secret })
  }
  return references
}

// A run asks for the names of one step several times, and a hook's automation stays the same from run to run.
const known = new WeakMap<StepType, WeakMap<object, readonly string[]>>()

/** The names of all secrets that a stored step refers to; none of a type that this process does not know. */
export function secretNames(
  registry: Registry,
  { type, fields }: { type: string; fields: unknown },
): readonly string[] {
  const found = registry.list().find((it) => it.type === type)
  if (!found || typeof fields !== 'object' || fields === null) return []
  const byFields = known.get(found) ?? new WeakMap<object, readonly string[]>()
  known.set(found, byFields)
  const names = byFields.get(fields) ?? [...new Set(secretReferences(found, fields).map(({ name }) => name))]
  byFields.set(fields, names)
  return names
}
