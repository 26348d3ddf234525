import type { SecretsQuery } from '../gql/graphql.ts'

/** What a list shows of a secret. */
export type SecretSummary = SecretsQuery['secretsConnection']['edges'][number]['node'] & {
  /** Only admins get it. */
  policy: AdminSummary | undefined
}

interface AdminSummary {
  hosts: readonly string[]
  lastUsedAt: string | null
  owner: string | null
  description: string | null
  /** How many automations name it; undefined as long as that is not known. */
  automations?: number | undefined
}
