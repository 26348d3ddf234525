import { defineEntity, type InferEntity, p } from '@mikro-orm/core'

// No reference to `workspace`: to add one keeps its writers waiting.
const workspaceKey = () => p.string().length(40).primary().fieldName('workspace_id')

/** Who is told when a run of an automation has failed, and how often at most. */
export const AlertSetting = defineEntity({
  name: 'AlertSetting',
  properties: {
    workspace: workspaceKey(),
    automation: p.uuid().primary(),
    /** Ids of people. Only those who are members then are told. */
    people: p.array(),
    /** What gets a POST as well. */
    url: p.text().nullable(),
    everyMinutes: p.integer(),
    /** When the last one was sent. Workers alone write it. */
    sentAt: p.datetime().nullable(),
  },
})
export type AlertSetting = InferEntity<typeof AlertSetting>

/**
 * A failure that somebody is to be told of: one for each automation. It is written with the end of the run, and gone once it
 * is told. The table refers to no other, so that it can stay on one node when the others are distributed.
 */
export const FailureAlert = defineEntity({
  name: 'FailureAlert',
  properties: {
    workspace: workspaceKey(),
    automation: p.uuid().primary(),
    run: p.uuid(),
    dueAt: p.datetime().index(),
    /** How often it was refused. */
    refusals: p.integer().default(0),
    /** How often somebody began to send it and has not said how it ended. */
    begun: p.integer().default(0),
    createdAt: p.datetime(),
  },
})
export type FailureAlert = InferEntity<typeof FailureAlert>
