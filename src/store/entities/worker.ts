import { defineEntity, type InferEntity, p } from '@mikro-orm/core'

/** A worker process, which reports every few seconds; one that was killed leaves its last report. */
export const Worker = defineEntity({
  name: 'Worker',
  properties: {
    id: p.uuid().primary(),
    host: p.text(),
    /** The root key that it holds: a rotation waits until no worker holds the old one alone. */
    rootFingerprint: p.string().length(64),
    /** How far its machine's clock is ahead of the database's. */
    skewSeconds: p.integer().default(0),
    startedAt: p.datetime(),
    seenAt: p.datetime(),
  },
})
export type Worker = InferEntity<typeof Worker>
