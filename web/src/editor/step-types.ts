import type { StepTypesQuery } from '../gql/graphql.ts'

export type StepType = StepTypesQuery['stepTypes'][number]
export type StepField = StepType['fields'][number]
