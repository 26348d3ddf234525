import { Sensitive } from '../sensitive.ts'
import type { StepType } from './define-step.ts'

/** The secrets in the configuration of a step type, by the names that marks show. */
export function configuredSecrets({ type, configured = {} }: StepType): [name: string, value: Sensitive][] {
  return Object.entries(configured).flatMap(([field, value]) =>
    value instanceof Sensitive ? [[`${type}.${field}`, value] as [string, Sensitive]] : [],
  )
}
