import type { MembersQuery } from '../gql/graphql.ts'

/** A person of the workspace. */
export type Member = NonNullable<MembersQuery['workspace']>['membersConnection']['edges'][number]['node']
