import { defineEntity, type InferEntity, p } from '@mikro-orm/core'

/**
 * About how much a workspace stores, as a worker has last measured it. It is not logged: after a crash it is measured again.
 * The table refers to no other, so that it can stay on one node when the others are distributed.
 */
export const StoredBytes = defineEntity({
  name: 'StoredBytes',
  properties: {
    workspace: p.string().length(40).primary().fieldName('workspace_id'),
    bytes: p.double(),
    measuredAt: p.datetime(),
  },
})
export type StoredBytes = InferEntity<typeof StoredBytes>
