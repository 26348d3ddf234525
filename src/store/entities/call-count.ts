import { defineEntity, type InferEntity, p } from '@mikro-orm/core'

/**
 * How often something was done in a workspace within a minute, by all API processes together. The rows live for minutes
 * and are not logged: a crash loses them, and a limit then begins anew. The table refers to no other, so that it can stay
 * on one node when the others are distributed.
 */
export const CallCount = defineEntity({
  name: 'CallCount',
  properties: {
    workspace: p.string().length(40).primary().fieldName('workspace_id'),
    /** What is counted: `starts`, `hooks`, or `hook` with the id of an automation. */
    subject: p.text().primary(),
    /** The beginning of the minute. */
    minute: p.datetime().primary(),
    count: p.integer(),
  },
  indexes: [
    {
      name: 'call_count_minute_index',
      expression: 'create index "call_count_minute_index" on "call_count" ("minute")',
    },
  ],
})
export type CallCount = InferEntity<typeof CallCount>
