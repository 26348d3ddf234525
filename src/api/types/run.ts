import { publicId, type Run, type RunSummary, type StepRun } from '../../domain/index.ts'
import { AppError } from '../../errors.ts'
import type { StepAsk } from '../../steps/index.ts'
import type { Builder, Context } from '../builder.ts'
import { actorOf } from '../caller.ts'
import { costs } from '../query-cost.ts'
import { type AutomationRef, type AutomationRow, workspaceOf } from './automation.ts'
import { beginEvent } from './live-list.ts'
import { lastSeen, pageSize } from './page.ts'
import { attempt, defineResult, type ErrorPlaceRef, ONCE } from './result.ts'
import { defineRunTypes } from './run-types.ts'
import type { StepInputRef } from './step.ts'
import { defineTestStepInput } from './test-step.ts'

// The longest time that testStep waits for its step, in seconds. After it, the answer is the current state.
const TEST_WAIT = 60

const MAX_PAGE = 500

// For each automation; enough for a chart.
const MAX_RUNS_EACH = 50

/** What a query reads, it reads through the loaders, which know how much one request has read. */
const summaryOf = ({ input, output, ...summary }: Run): RunSummary => summary

export function defineRun(
  builder: Builder,
  Automation: AutomationRef,
  StepInput: StepInputRef,
  ErrorPlace: ErrorPlaceRef,
) {
  const { Run, RunStatus, StepRun } = defineRunTypes(builder, Automation, ErrorPlace)
  builder.queryFields((t) => ({
    runs: t.field({
      type: [Run],
      extensions: costs({ weight: 10, most: MAX_PAGE }),
      description: 'The newest first; `before` is the last id seen. Without `status`: runs of any status.',
      deprecationReason: 'Since 2026-11-27: use runsConnection, which says whether there are more.',
      authScopes: (_parent, { workspace }) => ({ 'runs:read': workspace }),
      args: {
        workspace: t.arg.id(),
        automation: t.arg.id({ required: false }),
        status: t.arg({ type: [RunStatus], required: false }),
        first: t.arg.int({ required: false, defaultValue: 50 }),
        before: t.arg.id({ required: false }),
      },
      resolve: (_parent, { workspace, automation, status, first, before }, { domain }) =>
        domain.runs.list(workspace, {
          first: pageSize(first, 50, MAX_PAGE),
          before: lastSeen(workspace, before),
          ...(automation && { automation }),
          ...(status && { statuses: status }),
        }),
    }),
    run: t.field({
      type: Run,
      nullable: true,
      authScopes: (_parent, { id }) => ({ 'runs:read': workspaceOf(id) }),
      args: { id: t.arg.id() },
      resolve: (_parent, { id }, { domain }) => domain.runs.summary(id),
    }),
  }))
  builder.objectField(Automation, 'runs', (t) =>
    t.field({
      type: [Run],
      extensions: costs({ weight: 5, most: MAX_RUNS_EACH }),
      description: `The newest first, ${MAX_RUNS_EACH} at most.`,
      authScopes: ({ workspace }: AutomationRow) => ({ 'runs:read': workspace }),
      args: { first: t.arg.int({ required: false, defaultValue: 20 }) },
      resolve: ({ workspace, id }: AutomationRow, { first }, { loaders }) =>
        loaders.newestRuns({ workspace, id }, pageSize(first, 20, MAX_RUNS_EACH)),
    }),
  )
  builder.subscriptionField('runUpdated', (t) =>
    t.field({
      type: Run,
      description:
        'The current run, and again after each change of what is asked for, until it has ended. A run that there is not is ' +
        'refused with NOT_FOUND.',
      authScopes: (_parent, { id }) => ({ 'runs:read': workspaceOf(id) }),
      args: { id: t.arg.id() },
      subscribe: async (_parent, { id }, context) => {
        if (await context.domain.runs.summary(id)) return watchAsReader(context, id)
        throw new AppError('NOT_FOUND', 'There is no such run. It may have been removed with age.')
      },
      resolve: (run) => run,
    }),
  )

  const RunAutomationInput = builder.inputType('RunAutomationInput', {
    fields: (t) => ({
      automation: t.id(),
      input: t.field({ type: 'JSON', required: false }),
      idempotencyKey: t.string({ required: false, description: ONCE }),
    }),
  })
  const TestStepInput = defineTestStepInput(builder, StepInput)
  const runField = { type: Run, resolve: ({ run }: { run: Run }) => summaryOf(run) } as const
  const RunAutomationResult = defineResult<{ run: Run }>(
    builder,
    'RunAutomation',
    ['NOT_FOUND', 'LIMIT_REACHED', 'INVALID_FIELD', 'CONFLICT'],
    (t) => ({ run: t.field(runField) }),
  )
  const RestartRunResult = defineResult<{ run: Run }>(
    builder,
    'RestartRun',
    ['NOT_FOUND', 'LIMIT_REACHED', 'CONFLICT'],
    (t) => ({ run: t.field(runField) }),
  )
  const CancelRunResult = defineResult<{ run: Run }>(builder, 'CancelRun', ['NOT_FOUND'], (t) => ({
    run: t.field(runField),
  }))
  const TestStepResult = defineResult<{ result: StepRun }>(
    builder,
    'TestStep',
    [
      'INVALID_FIELD',
      'UNKNOWN_STEP_TYPE',
      'SECRET_NOT_ALLOWED',
      'INVALID_TEMPLATE',
      'LIMIT_REACHED',
      'NOT_FOUND',
      'CONFLICT',
    ],
    (t) => ({
      result: t.field({ type: StepRun, description: 'How the step went.', resolve: ({ result }) => result }),
      run: t.field({
        type: Run,
        nullable: true,
        description: 'The run of the step alone; null: it is deleted already.',
        resolve: ({ result: { workspace, run } }, _args, { domain }) =>
          domain.runs.get(publicId(workspace, run)),
      }),
    }),
  )
  builder.mutationFields((t) => ({
    runAutomation: t.field({
      type: RunAutomationResult,
      authScopes: (_parent, { input }) => ({ 'runs:start': workspaceOf(input.automation) }),
      args: { input: t.arg({ type: RunAutomationInput }) },
      resolve: (_parent, { input: given }, { domain, caller, once }) =>
        attempt(async () => {
          const { automation, input, idempotencyKey: key } = given
          const its = once('runAutomation', workspaceOf(automation), given)
          const started = its && key ? { key, inputHash: its.inputHash } : undefined
          return { run: await domain.runs.start(actorOf(caller), automation, input, started) }
        }),
    }),
    testStep: t.field({
      type: TestStepResult,
      description: 'Runs one step once, through the same executor.',
      extensions: costs({ weight: 2000 }),
      // It is as if the caller wrote an automation, started it and read its run.
      authScopes: (_parent, { input: { workspace } }) => ({
        'automations:write': workspace,
        'runs:start': workspace,
        'runs:read': workspace,
      }),
      args: { input: t.arg({ type: TestStepInput }) },
      resolve: (_parent, { input: { workspace, ...test } }, { domain, caller, once }) =>
        attempt(async () => ({
          result: await domain.runs.testStep(actorOf(caller), workspace, {
            ...test,
            ask: askOf(test),
            waitSeconds: TEST_WAIT,
            once: once('testStep', workspace, test),
          }),
        })),
    }),
    restartRun: t.field({
      type: RestartRunResult,
      description:
        'Starts a run of the automation as it is now, from the step that failed in an earlier run. What the steps before it gave is taken from that run, as `StepRun.output` has it. Where a step names a value that is redacted there, it is refused with CONFLICT.',
      // What the new run gives back is made of what the earlier one gave.
      authScopes: (_parent, { id }) => {
        const workspace = workspaceOf(id)
        return { 'runs:start': workspace, 'runs:read': workspace }
      },
      args: {
        id: t.arg.id({ description: 'The earlier run, which has ended.' }),
        step: t.arg.string({
          required: false,
          description: 'The key of the step to begin with. By default the one that failed.',
        }),
      },
      resolve: (_parent, { id, step }, { domain, caller }) =>
        attempt(async () => ({
          run: await domain.runs.restart(actorOf(caller), id, step ?? undefined),
        })),
    }),
    cancelRun: t.field({
      type: CancelRunResult,
      authScopes: (_parent, { id }) => ({ 'runs:start': workspaceOf(id) }),
      args: { id: t.arg.id() },
      resolve: (_parent, { id }, { domain, caller }) =>
        attempt(async () => ({ run: await domain.runs.cancel(actorOf(caller), id) })),
    }),
  }))
  return { Run, RunStatus }
}

interface AskInput {
  check?: boolean | null | undefined
  choicesOf?: string | null | undefined
}

function askOf({ check, choicesOf }: AskInput): StepAsk | undefined {
  if (check) return { check: true }
  return choicesOf ? { choices: choicesOf } : undefined
}

/** A subscription outlives the check at its beginning: who is removed or signs out meanwhile, or whose
 * token is revoked or expires, hears no more. */
async function* watchAsReader(context: Context, id: string): AsyncGenerator<Run> {
  const { domain, mayNow, signal } = context
  for await (const run of domain.runs.watch(id, signal)) {
    if (!(await mayNow(run.workspace, 'runs:read'))) return
    beginEvent(context)
    yield run
  }
}
