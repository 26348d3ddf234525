import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import type { Policy } from '../../secret/policy.ts'
import { workspaceKey } from './workspace.ts'

/**
 * A secret. `sealed` (a compact JWE, see docs/architecture.md) is lazy: a query reads it only when it asks
 * for it by name, and only the resolver does.
 */
export const Secret = defineEntity({
  name: 'Secret',
  properties: {
    workspace: workspaceKey(),
    name: p.string().length(128).primary(),
    sealed: p.text().lazy(),
    /** The workspace key that sealed it, so that a rotation finds what is left to do. */
    kid: p.text(),
    /** Where the value may go, at most what is sealed in with it; a worker decides by both. */
    policy: p.json<Policy>(),
    /** A copy of the policy that is sealed in, for whoever may not read `sealed`; null: it was sealed without one. */
    sealedPolicy: p.json<Policy>().nullable(),
    /** Who answers for it, and what it is for, in an admin's words. Only admins read them. */
    owner: p.text().nullable(),
    description: p.text().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
    lastUsedAt: p.datetime().nullable(),
  },
  indexes: [
    { properties: ['workspace', 'kid'] },
    // A list is read from it alone: the rows are large, for they hold the sealed values.
    {
      name: 'secret_list_index',
      expression:
        'create index "secret_list_index" on "secret" ("workspace_id", "name") include ("updated_at")',
    },
    {
      name: 'secret_changed_policy_index',
      expression:
        'create index "secret_changed_policy_index" on "secret" ("workspace_id", "name") where "sealed_policy" is distinct from "policy"',
    },
  ],
})
export type Secret = InferEntity<typeof Secret>
