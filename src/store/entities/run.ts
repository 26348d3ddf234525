import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import type { ErrorPlace } from '../../errors.ts'
import type { AutomationStep, HookSignature } from './automation.ts'
import { workspaceKey } from './workspace.ts'

export const runStatuses = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const
export type RunStatus = (typeof runStatuses)[number]

export const runTriggers = ['HOOK', 'MANUAL', 'SCHEDULE', 'TEST'] as const
export type RunTrigger = (typeof runTriggers)[number]

export interface StoredError {
  code: string
  message: string
  /** Of an error without a place, and of an older one: none. */
  at?: ErrorPlace
  /** What the step says of the reason, redacted. */
  details?: unknown
  /** Whether trying again makes sense, if the step says so, and after how many seconds. */
  retry?: 'never' | { afterSeconds?: number }
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** A line that a step wrote. */
export interface LogLine {
  level: LogLevel
  /** How long after its attempt began (seconds). */
  after: number
  text: string
}

/** The last lines of a step, redacted. */
export interface StoredLog {
  lines: LogLine[]
  /** How many there were before them. */
  leftOut: number
}

export interface StoredProgress {
  done: number
  total?: number
}

/**
 * One execution of an automation, holding the steps as they were when it began. `input`, `output` and
 * `error` are redacted; the true input waits sealed for the worker and is dropped when the run ends.
 */
export const Run = defineEntity({
  name: 'Run',
  properties: {
    workspace: workspaceKey(),
    id: p.uuid().primary(),
    /** None for a test of a single step. */
    automation: p.uuid().nullable(),
    /** Of the automation; none for a test, and for a run that is older than this column. */
    version: p.integer().nullable(),
    /** None: started before this was kept, or by an API process of that time. */
    trigger: p.enum(runTriggers).nullable(),
    /** The person or API token that started it by hand. */
    startedBy: p.text().nullable(),
    steps: p.json<AutomationStep[]>().columnType('json').lazy(),
    /** How the request that started it has to be signed, checked before the first step. */
    hookSignature: p.json<HookSignature>().columnType('json').nullable(),
    status: p.enum(runStatuses),
    sealedInput: p.text().nullable().lazy(),
    input: p.json<unknown>().columnType('json').nullable(),
    output: p.json<unknown>().columnType('json').nullable(),
    error: p.json<StoredError>().columnType('json').nullable(),
    /** Which attempt of which worker writes now, or wrote last: one that lost its job to another can write no more. */
    claim: p.uuid().nullable(),
    cancelRequestedAt: p.datetime().nullable(),
    createdAt: p.datetime(),
    startedAt: p.datetime().nullable(),
    finishedAt: p.datetime().nullable(),
  },
  indexes: [
    { properties: ['workspace', 'automation', 'status', 'id'] },
    { properties: ['workspace', 'status', 'id'] },
    { properties: ['workspace', 'createdAt'] },
    {
      name: 'run_unfinished_index',
      expression:
        'create index "run_unfinished_index" on "run" ("workspace_id", "id") where "finished_at" is null',
    },
  ],
})
export type Run = InferEntity<typeof Run>

/** Which run a caller's key stands for. Only its hash is kept: a caller may put anything into a key. */
export const RunKey = defineEntity({
  name: 'RunKey',
  properties: {
    workspace: workspaceKey(),
    automation: p.uuid().primary(),
    keyHash: p.string().length(64).primary(),
    run: p.uuid(),
    /** Keyed, of what a person or a token started the run with; none for a hook, whose sender repeats itself with another time. */
    inputHash: p.string().length(64).nullable(),
    createdAt: p.datetime(),
  },
  indexes: [{ properties: ['workspace', 'createdAt'] }],
})

/** One execution of a step. `sealedOutput` holds what a worker that takes over needs, and goes with the run's end. */
export const StepRun = defineEntity({
  name: 'StepRun',
  properties: {
    workspace: workspaceKey(),
    run: p.uuid().primary(),
    position: p.integer().primary(),
    key: p.text(),
    status: p.enum(runStatuses),
    attempt: p.integer(),
    output: p.json<unknown>().columnType('json').nullable(),
    sealedOutput: p.text().nullable().lazy(),
    error: p.json<StoredError>().columnType('json').nullable(),
    /** Names of the secrets that the step used. */
    secrets: p.array().default([]),
    /** What the step has written of its work; null: nothing. */
    log: p.json<StoredLog>().columnType('json').nullable().lazy(),
    /** How far it is, or how far it came; null: it does not say. */
    progress: p.json<StoredProgress>().columnType('json').nullable(),
    startedAt: p.datetime().nullable(),
    finishedAt: p.datetime().nullable(),
  },
})
export type StepRun = InferEntity<typeof StepRun>
