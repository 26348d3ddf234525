import type { AutomationsQuery } from '../gql/graphql.ts'

/** An automation with its recent runs. */
export type ListedAutomation = AutomationsQuery['automationsConnection']['edges'][number]['node']
