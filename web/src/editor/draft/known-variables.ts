import {
  declaredOutputs,
  secretsGroup,
  stepGroup,
  triggerGroup,
  type VariableGroup,
} from '../../../../src/template/variables.ts'
import { childrenOf, MOST_CHILDREN } from '../template/nested-variables.ts'
import type { EarlierStep, TemplateScope } from '../template/problems.ts'
import type { DraftStep } from './draft.ts'
import type { StepType } from './step-types.ts'

export interface Samples {
  /** What the last run gave: the trigger, and the output of each step by the key that it was saved under. */
  trigger: unknown
  steps: ReadonlyMap<string, unknown>
  /** The id of that run. */
  run: string | undefined
  /** What steps gave when they were tested in this editor, by their ids. It is newer than any run. */
  tested: ReadonlyMap<number, unknown>
}

export const noSamples: Samples = { trigger: undefined, steps: new Map(), run: undefined, tested: new Map() }

/** Reads from the API's own groups, in which a whole value stands first and its parts follow. */
export function samplesOf(
  groups: readonly { kind: string; title: string; variables: readonly { sample: unknown }[] }[],
  run?: string | undefined,
): Samples {
  const first = (it: { variables: readonly { sample: unknown }[] }) => it.variables[0]?.sample ?? undefined
  const trigger = groups.find(({ kind }) => kind === 'TRIGGER')
  const steps = groups.filter(({ kind }) => kind === 'STEP').map((it) => [it.title, first(it)] as const)
  return { ...noSamples, trigger: trigger && first(trigger), steps: new Map(steps), run }
}

/** What the templates of a step can refer to. */
export interface StepEnvironment {
  sections: readonly VariableGroup[]
  /** The same for every field of the step; what the field itself allows comes to it. */
  scope: Pick<TemplateScope, 'secrets' | 'steps' | 'laterSteps' | 'secretFields'>
}

/**
 * What a step can refer to in the automation as it is being written. Steps that are not saved yet have what their
 * type says they give back.
 */
export function sectionsFor(
  earlier: readonly DraftStep[],
  types: ReadonlyMap<string, Pick<StepType, 'output'>>,
  samples: Samples,
  secrets: readonly string[],
): VariableGroup[] {
  const steps = earlier.map((step) => {
    const sample = sampleOfStep(step, samples)
    return withItems(stepGroup(step.key, types.get(step.type)?.output, sample))
  })
  // The sample has what a schedule gives, once the schedule has started a run.
  const { variables, ...trigger } = triggerGroup(samples.trigger, { hasSchedule: false })
  const first = { ...trigger, variables: variables.slice(0, 1 + MOST_CHILDREN) }
  return [withItems(first), ...steps, secretsGroup(secrets)]
}

/** What a step gave when it was tested last, or else in the last run. */
export function sampleOfStep({ id, savedKey }: DraftStep, { tested, steps }: Samples): unknown {
  if (tested.has(id)) return tested.get(id)
  return savedKey === undefined ? undefined : steps.get(savedKey)
}

/** Adds the items of a list to the variables, as the parts of an object are. */
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
