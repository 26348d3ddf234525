import { defineEntity, type InferEntity, p } from '@mikro-orm/core'

/**
 * What a caller's key has made, for a day. It is written in the transaction of what it made. Key and input are there as
 * keyed hashes alone: a caller may put anything into either.
 */
export const IdempotencyKey = defineEntity({
  name: 'IdempotencyKey',
  properties: {
    /** Of a workspace, or `INSTANCE` for what makes a workspace. */
    workspace: p.string().length(40).primary().fieldName('workspace_id'),
    /** Of the caller and the key. */
    keyHash: p.string().length(64).primary(),
    /** Of the mutation and its input. */
    inputHash: p.string().length(64),
    /** The id, or the name, of what was made. */
    made: p.text(),
    createdAt: p.datetime(),
  },
  indexes: [{ properties: ['workspace', 'createdAt'] }],
})
export type IdempotencyKey = InferEntity<typeof IdempotencyKey>
