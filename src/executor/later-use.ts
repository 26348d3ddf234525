import type { AutomationStep } from '../store/entities/index.ts'
import { referencesIn } from '../template/index.ts'

/** Whether a template of a later step names the output of the step at `position`. */
export function isNamedLater(definitions: readonly AutomationStep[], position: number): boolean {
  const key = definitions[position]?.key
  return definitions.slice(position + 1).some(({ fields }) => names(fields, key))
}

function names(fields: unknown, key: string | undefined): boolean {
  try {
    return referencesIn(fields).some(({ root, keys }) => root === 'steps' && (keys[0] ?? key) === key)
  } catch {
    // A field that is no template may look like a broken one: whether it names the step cannot be told.
    return true
  }
}
