import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import type { HookSignature } from './automation.ts'

/** What a worker says: `UNSURE` when it could not tell, as when the secret is gone. */
export const hookVerdicts = ['GENUINE', 'FORGED', 'UNSURE'] as const
export type HookVerdict = (typeof hookVerdicts)[number]

/**
 * A request to a webhook that an API process has at its door: a worker says whether it is signed, since only a worker
 * opens the secret. The rows live for milliseconds and are not logged: a crash loses them, and the sender's connection
 * with them. The table refers to no other, so that it can stay on one node when the others are distributed.
 */
export const HookCheck = defineEntity({
  name: 'HookCheck',
  properties: {
    workspace: p.string().length(40).primary().fieldName('workspace_id'),
    /** The run that the request is to start. */
    run: p.uuid().primary(),
    signature: p.json<HookSignature>().columnType('json'),
    /** The request as its run gets it; or the token of a service that asks whether the hook is meant. */
    sealed: p.text(),
    isToken: p.boolean(),
    createdAt: p.datetime(),
    takenAt: p.datetime().nullable(),
    verdict: p.enum(hookVerdicts).nullable(),
  },
  indexes: [
    {
      name: 'hook_check_waiting_index',
      expression:
        'create index "hook_check_waiting_index" on "hook_check" ("created_at") where "taken_at" is null',
    },
  ],
})
export type HookCheck = InferEntity<typeof HookCheck>
