import type { ConditionalField } from '../../../../src/steps/form/condition.ts'
import type { StepTypesQuery } from '../../gql/graphql.ts'

type Described = StepTypesQuery['stepTypes'][number]
type Conditions = 'when' | 'requiredWhen' | 'textWhen'

export type StepField = Omit<Described['fields'][number], Conditions> &
  Required<Pick<ConditionalField, Conditions>>

export type StepType = Omit<Described, 'fields'> & { fields: StepField[] }

/** The step types by name. Their conditions are JSON, which the API has checked when the type was registered. */
export function stepTypesOf({ stepTypes }: StepTypesQuery): ReadonlyMap<string, StepType> {
  return new Map((stepTypes as StepType[]).map((it) => [it.type, it]))
}
