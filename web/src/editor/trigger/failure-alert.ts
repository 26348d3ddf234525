import type { FailureAlertQuery } from '../../gql/graphql.ts'

/** Who is told of failed runs; null: nobody. */
export type FailureAlert = NonNullable<FailureAlertQuery['automation']>['failureAlert']
