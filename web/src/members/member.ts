import type { MembersQuery } from '../gql/graphql.ts'

/** A person of the workspace. */
export type Member = NonNullable<MembersQuery['workspace']>['members'][number]
