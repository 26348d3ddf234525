import type { RunQuery } from '../gql/graphql.ts'

/** A run with its steps, as its page shows it. */
export type Run = NonNullable<RunQuery['run']>
