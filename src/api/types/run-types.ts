import {
  publicId,
  type Run,
  type RunSummary,
  type StepLog,
  type StepRun,
  type StepSummary,
  type StoredError,
} from '../../domain/index.ts'
import { AppError } from '../../errors.ts'
import type { Builder } from '../builder.ts'
import type { Loaders } from '../loaders.ts'
import { costs } from '../query-cost.ts'
import type { AutomationRef } from './automation.ts'
import { nodeType } from './node.ts'
import type { ErrorPlaceRef } from './result.ts'
import { defineRunFile } from './run-file.ts'
import { defineStepReport } from './step-report.ts'

/** Lists read no inputs and outputs. A query that asks for them gets them through a loader. */
export type RunRow = RunSummary & Partial<Pick<Run, 'input' | 'output'>>
type StepRow = StepSummary & Partial<Pick<StepRun, 'output'>>

export function defineRunTypes(builder: Builder, Automation: AutomationRef, ErrorPlace: ErrorPlaceRef) {
  const RunStatus = builder.enumType('RunStatus', {
    values: ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const,
  })
  const RunTrigger = builder.enumType('RunTrigger', {
    description: 'How a run was started. TEST: the run tests a single step.',
    values: ['HOOK', 'MANUAL', 'SCHEDULE', 'TEST'] as const,
  })
  const StepError = builder.objectRef<StoredError>('StepError').implement({
    fields: (t) => ({
      code: t.exposeString('code'),
      message: t.exposeString('message'),
      at: t.field({
        type: ErrorPlace,
        nullable: true,
        description:
          'The place of the error; null: no particular place. In the error of a run it names the step.',
        resolve: ({ at }) => at,
      }),
      details: t.field({
        type: 'JSON',
        nullable: true,
        description: 'What the step says of the reason, as data, redacted; null: nothing.',
        resolve: ({ details }) => details ?? null,
      }),
    }),
  })
  const RunFile = defineRunFile(builder)
  const { StepLog, StepProgress } = defineStepReport(builder)
  const StepRun = builder.objectRef<StepRow>('StepRun').implement({
    interfaces: [nodeType(builder)],
    description: 'One execution of a step. Its output and error are redacted.',
    fields: (t) => ({
      id: t.id({
        description: 'The id of the run with the key of the step.',
        resolve: ({ workspace, run, key }) => `${publicId(workspace, run)}.${key}`,
      }),
      key: t.exposeString('key'),
      status: t.field({
        type: RunStatus,
        description:
          'The same statuses as of a run. QUEUED with an error: the step failed and waits for its next attempt.',
        resolve: ({ status }) => status,
      }),
      attempt: t.exposeInt('attempt', {
        description:
          'The latest attempt, counted from 1. The other fields are about it. 0: no attempt has begun.',
      }),
      output: t.field({
        type: 'JSON',
        nullable: true,
        description:
          'Also of a step that failed by the answer of a service: then the answer. Later steps get nothing of it.',
        extensions: costs({ weight: 5 }),
        resolve: (step, _args, { loaders }) => outputOf(step, loaders),
      }),
      error: t.field({ type: StepError, nullable: true, resolve: ({ error }) => error }),
      files: t.field({
        type: [RunFile],
        description:
          'The files that the step has kept. None until the run has ended, because only then is it known whether a secret ' +
          'is in one.',
        extensions: costs({ weight: 2, size: 10 }),
        resolve: async ({ workspace, run, position }, _args, { loaders }) =>
          (await loaders.runFiles.load({ workspace, id: run })).filter((it) => it.position === position),
      }),
      log: t.field({
        type: StepLog,
        nullable: true,
        description:
          'What the step has written of its work, also while it runs: redacted with all that the run knows by then, and ' +
          'again when it has ended. Null: nothing.',
        extensions: costs({ weight: 2 }),
        resolve: ({ workspace, run, position }, _args, { loaders }) =>
          logAt(position, loaders.stepLogs.load({ workspace, id: run })),
      }),
      progress: t.field({
        type: StepProgress,
        nullable: true,
        description:
          'How far the step is, or how far it came. While it runs, stored once a second. Null: it does not say.',
        resolve: ({ progress }) => progress,
      }),
      secrets: t.exposeStringList('secrets', { description: 'Names of the secrets that the step used.' }),
      startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
      finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
    }),
  })
  // The fields of the step are left out, because an old text in them may be a secret today.
  const PlannedStep = builder.objectRef<{ key: string; type: string }>('PlannedStep').implement({
    description: 'A step of a run, whether it has begun or not.',
    fields: (t) => ({ key: t.exposeString('key'), type: t.exposeID('type') }),
  })
  // Whoever starts a run with a key gets the run that the key stands for, which may have ended: to start is not to read.
  const authScopes = ({ workspace }: RunRow) => ({ 'runs:read': workspace })
  const Run = builder.objectRef<RunRow>('Run').implement({
    interfaces: [nodeType(builder)],
    description: 'One execution of an automation. Its input, output and error are redacted.',
    fields: (t) => ({
      id: t.id({ resolve: ({ workspace, id }) => publicId(workspace, id) }),
      automation: t.field({
        type: Automation,
        extensions: costs({ weight: 2 }),
        authScopes: ({ workspace }) => ({ 'automations:read': workspace }),
        resolve: async ({ workspace, automation }, _args, { loaders }) => {
          const found = automation && (await loaders.automation.load({ workspace, id: automation }))
          if (found) return found
          throw new AppError(
            'NOT_FOUND',
            'This run is the test of a single step; it belongs to no automation.',
          )
        },
      }),
      version: t.exposeInt('version', {
        nullable: true,
        description:
          'The version of the automation. Null: a step was tested, or the run is older than this field.',
      }),
      trigger: t.field({
        type: RunTrigger,
        nullable: true,
        description: 'Null: the run is older than this field.',
        resolve: ({ trigger }) => trigger,
      }),
      startedBy: t.exposeString('startedBy', {
        nullable: true,
        description: 'The email of the person, or the name of the API token, that started the run by hand.',
      }),
      status: t.field({ type: RunStatus, resolve: ({ status }) => status }),
      input: t.field({
        type: 'JSON',
        nullable: true,
        extensions: costs({ weight: 5 }),
        description: 'Null until the run has ended, because only then are all values to redact known.',
        authScopes,
        resolve: (run, _args, { loaders }) => contentOf(run, 'input', loaders),
      }),
      output: t.field({
        type: 'JSON',
        nullable: true,
        extensions: costs({ weight: 5 }),
        authScopes,
        resolve: (run, _args, { loaders }) => contentOf(run, 'output', loaders),
      }),
      error: t.field({ type: StepError, nullable: true, authScopes, resolve: ({ error }) => error }),
      plan: t.field({
        type: [PlannedStep],
        extensions: costs({ weight: 3, size: 20 }),
        description:
          'The steps as they were when the run was started. `steps` has only those that have begun.',
        resolve: async ({ workspace, id }, _args, { loaders }) =>
          (await loaders.runDefinition.load({ workspace, id }))?.steps ?? [],
      }),
      steps: t.field({
        type: [StepRun],
        extensions: costs({ weight: 5, size: 20 }),
        authScopes,
        resolve: ({ workspace, id }, _args, { loaders }) => loaders.steps.load({ workspace, id }),
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
      finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
    }),
  })
  return { Run, RunStatus, StepRun }
}

async function outputOf(step: StepRow, loaders: Loaders): Promise<unknown> {
  if (step.output !== undefined) return step.output
  const { workspace, run, position } = step
  const outputs = await loaders.stepOutputs.load({ workspace, id: run })
  return outputs.find((it) => it.position === position)?.output
}

const logAt = async (position: number, logs: Promise<readonly StepLog[]>) =>
  (await logs).find((it) => it.position === position)?.log

async function contentOf(run: RunRow, part: 'input' | 'output', loaders: Loaders): Promise<unknown> {
  const read = run[part]
  if (read !== undefined) return read
  const { workspace, id } = run
  return (await loaders.runContent.load({ workspace, id }))?.[part]
}
