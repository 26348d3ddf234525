import {
  declaredOutputs,
  partsOf,
  secretsGroup,
  stepGroup,
  triggerGroup,
  type Variable,
  type VariableGroup,
} from '../../../../src/template/variables.ts'
import type { DraftStep } from '../draft/draft.ts'
import type { StepType } from '../step-types.ts'
import type { EarlierStep } from '../template/problems.ts'

/** What the last run gave: the trigger, and the output of each step by the key that it was saved under. */
export interface Samples {
  trigger: unknown
  steps: ReadonlyMap<string, unknown>
}

export const noSamples: Samples = { trigger: undefined, steps: new Map() }

/** Reads from the API's own groups, in which a whole value stands first and its parts follow. */
export function samplesOf(
  groups: readonly { kind: string; title: string; variables: readonly { sample: unknown }[] }[],
): Samples {
  const first = (it: { variables: readonly { sample: unknown }[] }) => it.variables[0]?.sample ?? undefined
  const trigger = groups.find(({ kind }) => kind === 'TRIGGER')
  const steps = groups.filter(({ kind }) => kind === 'STEP').map((it) => [it.title, first(it)] as const)
  return { trigger: trigger && first(trigger), steps: new Map(steps) }
}

/**
 * What a step can refer to, for the automation as it is being written: steps that are not saved yet have what their
 * type says they give back.
 */
export function sectionsFor(
  earlier: readonly DraftStep[],
  types: ReadonlyMap<string, Pick<StepType, 'output'>>,
  samples: Samples,
  secrets: readonly string[],
): VariableGroup[] {
  const steps = earlier.map(({ key, type, savedKey }) => {
    const sample = savedKey === undefined ? undefined : samples.steps.get(savedKey)
    return withItems(stepGroup(key, types.get(type)?.output, sample))
  })
  // What a schedule gives is inside of the sample, once there was a tick.
  const { variables, ...trigger } = triggerGroup(samples.trigger, { hasSchedule: false })
  const first = { ...trigger, variables: variables.slice(0, 1 + MOST_CHILDREN) }
  return [withItems(first), ...steps, secretsGroup(secrets)]
}

/** Shows the items of a list beside it, as the parts of an object are. */
function withItems({ variables, ...group }: VariableGroup): VariableGroup {
  const [whole] = variables
  const items = whole && Array.isArray(whole.sample) ? childrenOf(whole.path, whole.sample) : []
  return { ...group, variables: [...variables, ...items] }
}

/** What the templates of a step may name of the output of another. */
export function earlierStep(
  { key, type }: DraftStep,
  types: ReadonlyMap<string, Pick<StepType, 'output'>>,
): EarlierStep {
  const declared = declaredOutputs(types.get(type)?.output)
  return { key, outputs: declared.length > 0 ? declared : undefined }
}

const MOST_CHILDREN = 100

/** What is inside of a variable, as far as its sample shows. */
export function childrenOf(path: string, sample: unknown): Variable[] {
  return partsOf(path, sample, MOST_CHILDREN)
}

const MOST_FLAT = 400
const DEEPEST = 5

/** All variables of a section, those inside of others too, each once; the outer ones first. */
export function flattened({ kind, variables }: VariableGroup): Variable[] {
  if (kind === 'SECRETS') return [...variables]
  const found = new Map<string, Variable>()
  let level = [...variables]
  for (let depth = 0; depth < DEEPEST && level.length > 0 && found.size < MOST_FLAT; depth += 1) {
    for (const it of level) if (!found.has(it.path)) found.set(it.path, it)
    level = level.flatMap(({ path, sample }) => childrenOf(path, sample)).slice(0, MOST_FLAT)
  }
  return [...found.values()].slice(0, MOST_FLAT)
}
