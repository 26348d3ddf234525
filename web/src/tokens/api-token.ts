import type { ApiTokensQuery } from '../gql/graphql.ts'

/** A token as the list shows it: the token itself is shown once, when it is made. */
export type ApiToken = NonNullable<
  ApiTokensQuery['workspace']
>['apiTokensConnection']['edges'][number]['node']
