import { defineEntity, type InferEntity, p } from '@mikro-orm/core'

/**
 * What is left to do of a run: one row while it waits or is worked on, none once it has ended. It refers to no other
 * table, so that it can stay on one node when the others are distributed.
 */
export const RunJob = defineEntity({
  name: 'RunJob',
  properties: {
    workspace: p.string().length(40).primary().fieldName('workspace_id'),
    run: p.uuid().primary(),
    /** Which step the secrets are for, as the audit log says it; they are handed out with the run. */
    useBy: p.text().nullable(),
    secrets: p.array().default([]),
    /** From when on it may be handed out. */
    dueAt: p.datetime(),
    /** Its time was to come when this was written. The fetch that finds that it has come takes it away. */
    postponed: p.boolean().default(false),
    /** Set while its workspace has all its places taken: it is not handed out before that, or before a place is free. */
    parkedUntil: p.datetime().nullable(),
    /** Handed out even when its workspace has all the places it may have: it is to end. */
    woken: p.boolean().default(false),
    /** Who works on it, and under which claim; none: it waits. */
    worker: p.uuid().nullable(),
    claim: p.uuid().nullable(),
    /** How often it was handed out, without the times it gave its place back by itself. */
    attempts: p.integer().default(0),
    givenUpAt: p.datetime().nullable(),
  },
  indexes: [
    {
      name: 'run_job_ready_index',
      expression:
        'create index "run_job_ready_index" on "run_job" ("workspace_id", "due_at", "run") where "worker" is null and not "woken" and not "postponed" and "parked_until" is null',
    },
    {
      name: 'run_job_parked_index',
      expression:
        'create index "run_job_parked_index" on "run_job" ("parked_until") where "worker" is null and not "woken" and "parked_until" is not null',
    },
    {
      name: 'run_job_parked_order_index',
      expression:
        'create index "run_job_parked_order_index" on "run_job" ("workspace_id", "due_at", "run") where "worker" is null and not "woken" and "parked_until" is not null',
    },
    {
      name: 'run_job_postponed_index',
      expression:
        'create index "run_job_postponed_index" on "run_job" ("due_at") where "worker" is null and not "woken" and "postponed"',
    },
    {
      name: 'run_job_woken_index',
      expression:
        'create index "run_job_woken_index" on "run_job" ("due_at") where "worker" is null and "woken"',
    },
    {
      name: 'run_job_given_up_index',
      expression:
        'create index "run_job_given_up_index" on "run_job" ("given_up_at") where "given_up_at" is not null',
    },
    {
      name: 'run_job_running_index',
      expression:
        'create index "run_job_running_index" on "run_job" ("workspace_id", "worker") where "worker" is not null',
    },
  ],
})
export type RunJob = InferEntity<typeof RunJob>

/** A process that executes runs, which says every few seconds that it lives. */
export const RunWorker = defineEntity({
  name: 'RunWorker',
  properties: { id: p.uuid().primary(), seenAt: p.datetime() },
})
export type RunWorker = InferEntity<typeof RunWorker>

/** One row: the minute that was struck last, and who still does what is due each minute. */
export const RunClock = defineEntity({
  name: 'RunClock',
  properties: {
    id: p.integer().primary().autoincrement(false),
    minute: p.datetime(),
    worker: p.uuid().nullable(),
  },
})
export type RunClock = InferEntity<typeof RunClock>
