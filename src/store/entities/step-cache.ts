import { defineEntity, type InferEntity, p } from '@mikro-orm/core'

/**
 * What step types keep from one run to the next, sealed with the key of the workspace, and who is making it at the moment.
 * The rows are not logged: a crash loses them, and they are made anew. The table refers to no other.
 */
export const StepCache = defineEntity({
  name: 'StepCache',
  properties: {
    workspace: p.string().length(40).primary().fieldName('workspace_id'),
    stepType: p.text().primary(),
    /** A digest of the key that the step type chose, and of the names of the secrets. */
    key: p.text().primary(),
    /** Null while nobody has made it yet. */
    sealed: p.text().nullable(),
    /** Names of the secrets that it was made from. */
    secrets: p.array(),
    expiresAt: p.datetime(),
    /** The step that makes it, until it has, or until the lease ends. */
    lease: p.uuid().nullable(),
    leasedUntil: p.datetime().nullable(),
    createdAt: p.datetime(),
  },
  indexes: [
    {
      name: 'step_cache_expires_at_index',
      expression: 'create index "step_cache_expires_at_index" on "step_cache" ("expires_at")',
    },
  ],
})
export type StepCache = InferEntity<typeof StepCache>
