import type { describeFields, StepType } from '@lockstep/steps'

/** The page about a step type, in Markdown. */
export function page(type: StepType, fields: ReturnType<typeof describeFields>): string
