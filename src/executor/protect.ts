import { isDeepStrictEqual } from 'node:util'
import { AppError } from '../errors.ts'
import type { RunRedactor } from '../redactor/index.ts'
import { anywhere, isSamePolicy, type Policy, readPolicy } from '../secret/policy.ts'
import { Sensitive } from '../sensitive.ts'
import type { ProtectOptions, StepContext, StepType } from '../steps/index.ts'
import type { FieldsOfSecrets } from './destinations.ts'
import type { RunState } from './run-state.ts'

interface ProtectParts {
  type: StepType
  /** Of the step. */
  stepKey: string
  state: RunState
  redactor: Pick<RunRedactor, 'find'>
  inHand: readonly string[]
  /** Of a step type that declares where each of its fields goes. */
  fields?: FieldsOfSecrets | undefined
  /** Collects what was protected. */
  obtained: Set<Sensitive>
}

/**
 * Lets a step protect values. What it protects belongs to the secrets that it came from, so that their policies hold for
 * it. When it is narrowed, or came from no secret, it is known by a name of its own as well, which has its own policy.
 */
export function createProtect(parts: ProtectParts): StepContext['protect'] {
  const { state, redactor, stepKey, obtained } = parts
  return (value, options = {}) => {
    const { from, ...limits } = options
    const policy = readPolicy(limits)
    const owners = [...new Set([...ownersOf(parts, from), ...redactor.find(value)])]
    const needsName = owners.length === 0 || !isSamePolicy(policy, anywhere)
    const own = needsName ? { name: nameFor(stepKey, policy, state.policies), policy } : undefined
    const made = new Sensitive(value)
    if (value !== '') state.learnObtained(owners, made, own)
    obtained.add(made)
    return made
  }
}

/**
 * Names of the secrets that a value came from.
 *
 * @throws AppError INVALID_FIELD
 */
export function ownersOf(
  { type, inHand, fields }: Pick<ProtectParts, 'type' | 'inHand' | 'fields'>,
  from: ProtectOptions['from'],
): readonly string[] {
  if (!from) return inHand
  const [unknown] = from.filter((it) => !Object.hasOwn(type.fields, it))
  if (unknown !== undefined)
    throw new AppError('INVALID_FIELD', `The step type ${type.type} has no field ${unknown} to protect from.`)
  // Only one that says where each field goes knows in which its secrets are.
  return inHand.filter((name) => fields?.get(name)?.some((it) => from.includes(it)) ?? true)
}

/** A dot is in no name of a secret. */
const SEPARATOR = '.'

/** A name that has this policy, or none yet. */
function nameFor(stepKey: string, policy: Policy, known: ReadonlyMap<string, readonly Policy[]>): string {
  for (let number = 1; ; number++) {
    const name = `${stepKey}${SEPARATOR}protected${number === 1 ? '' : number}`
    const policies = known.get(name)
    if (!policies || isDeepStrictEqual(policies, [policy])) return name
  }
}

/** Whether the name is that of a value that a step obtained or the operator has set, and not that of a secret of the workspace. */
export const isObtained = (name: string): boolean => name.includes(SEPARATOR)
