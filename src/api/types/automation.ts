import { type Domain, parsePublicId, publicId, retryCodes } from '../../domain/index.ts'
import type { ChangeErrorCode } from '../../errors.ts'
import { migrateSteps } from '../../steps/index.ts'
import type { Builder } from '../builder.ts'
import { actorOf } from '../caller.ts'
import { costs } from '../query-cost.ts'
import { defineAutomationContent } from './automation-content.ts'
import { hookAnswerTypes } from './hook-answer.ts'
import { hookSignatureTypes } from './hook-signature.ts'
import { nodeType } from './node.ts'
import { lastSeen, pageSize, unknownCursor } from './page.ts'
import { attempt, defineResult, ONCE } from './result.ts'
import { scheduleOf, scheduleTypes } from './schedule.ts'
import type { StepInputRef } from './step.ts'
import { stepOnError } from './step-on-error.ts'
import { defineVariables } from './variable.ts'

export type AutomationRow = Awaited<ReturnType<Domain['automations']['list']>>[number]
export type AutomationRef = ReturnType<typeof defineAutomation>

/** The workspace that a public id names. For any other text it is a workspace without members. */
export const workspaceOf = (id: string): string => parsePublicId(id)?.workspace ?? ''

const USUAL_PAGE = 500
const MAX_PAGE = 5000

export function defineAutomation(builder: Builder) {
  const Step = defineStep(builder)
  const { HookSignature } = hookSignatureTypes(builder)
  const { HookAnswer } = hookAnswerTypes(builder)
  const { Schedule } = scheduleTypes(builder)
  const VariableGroupType = defineVariables(builder)
  const Automation = builder.objectRef<AutomationRow>('Automation').implement({
    interfaces: [nodeType(builder)],
    description: 'An ordered list of steps with a trigger.',
    fields: (t) => ({
      id: t.id({ resolve: ({ workspace, id }) => publicId(workspace, id) }),
      name: t.exposeString('name'),
      version: t.exposeInt('version', {
        description: 'Goes up by one with each save. 0: no version was published, and nothing runs.',
      }),
      steps: t.field({
        type: [Step],
        extensions: costs({ size: 20 }),
        resolve: ({ steps }, _args, { registry }) => migrateSteps(registry, steps),
      }),
      hookUrl: t.string({
        nullable: true,
        description: 'Whoever knows it can start runs.',
        authScopes: ({ workspace }) => ({ 'runs:start': workspace }),
        resolve: (automation, _args, { publicUrl, domain }) =>
          `${publicUrl}/hooks/${domain.hooks.addressOf(automation)}`,
      }),
      hookSignature: t.field({
        type: HookSignature,
        nullable: true,
        description: 'Null: requests to the hook need no signature.',
        resolve: ({ hookSignature }) => hookSignature,
      }),
      hookAnswer: t.field({
        type: HookAnswer,
        nullable: true,
        description:
          'Null: a caller of the hook gets the id of the run, or what it asks for with `Prefer: wait`.',
        resolve: ({ hookAnswer }) => hookAnswer,
      }),
      schedule: t.field({
        type: Schedule,
        nullable: true,
        description: 'Null: the automation does not run by itself.',
        resolve: scheduleOf,
      }),
      pausedAt: t.expose('pausedAt', {
        type: 'DateTime',
        nullable: true,
        description:
          'Since when nothing starts it: no person, no hook and no schedule. Null: it is not paused.',
      }),
      updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
      variables: t.field({
        type: [VariableGroupType],
        extensions: costs({ weight: 500, size: 12 }),
        description: 'What the variable explorer shows for a step.',
        authScopes: ({ workspace }) => ({ 'secrets:read': workspace, 'runs:read': workspace }),
        args: { step: t.arg.string({ required: false }) },
        resolve: (automation, { step }, { loaders }) =>
          loaders.variables.load({ automation, step: step ?? undefined }),
      }),
    }),
  })

  defineAutomationContent(builder, Automation, Step)

  builder.queryFields((t) => ({
    automations: t.field({
      type: [Automation],
      extensions: costs({ weight: 10, most: MAX_PAGE }),
      description: 'Sorted by name; `after` is the last id seen.',
      deprecationReason:
        'Since 2026-11-27: use automationsConnection, which searches and says whether there are more.',
      authScopes: (_parent, { workspace }) => ({ 'automations:read': workspace }),
      args: {
        workspace: t.arg.id(),
        first: t.arg.int({ required: false, defaultValue: USUAL_PAGE }),
        after: t.arg.id({ required: false }),
      },
      resolve: async (_parent, { workspace, first, after }, { domain }) => {
        const seen = lastSeen(workspace, after, 'after')
        const page = { first: pageSize(first, USUAL_PAGE, MAX_PAGE), after: seen }
        const found = await domain.automations.list(workspace, page)
        if (seen && found.length === 0 && (await domain.automations.getMany(workspace, [seen])).length === 0)
          throw unknownCursor('after')
        return found
      },
    }),
    automation: t.field({
      type: Automation,
      nullable: true,
      authScopes: (_parent, { id }) => ({ 'automations:read': workspaceOf(id) }),
      args: { id: t.arg.id() },
      resolve: (_parent, { id }, { domain }) => domain.automations.get(id),
    }),
  }))
  return Automation
}

type StepRow = AutomationRow['steps'][number]

function defineStep(builder: Builder) {
  const RetryCode = builder.enumType('RetryCode', {
    description: 'The code of an error after which a step can be tried again.',
    values: retryCodes,
  })
  const StepRetry = builder.objectRef<NonNullable<StepRow['retry']>>('StepRetry').implement({
    description: 'When a failed step is tried again.',
    fields: (t) => ({
      count: t.exposeInt('count', { description: 'How many times after the first attempt.' }),
      delaySeconds: t.exposeInt('delaySeconds', {
        description: 'The delay before the second attempt. It doubles with each attempt, up to an hour.',
      }),
      on: t.field({
        type: [RetryCode],
        description: 'Codes of the errors after which the step is tried again.',
        resolve: ({ on }) => on.flatMap((code) => retryCodes.filter((it) => it === code)),
      }),
    }),
  })
  return builder.objectRef<StepRow>('Step').implement({
    fields: (t) => ({
      key: t.exposeString('key'),
      type: t.exposeID('type'),
      fields: t.expose('fields', {
        type: 'JSONObject',
        description: 'The content of each field by its name, with the templates as they were written.',
      }),
      version: t.int({
        description: 'The version of the step type that the fields are made for.',
        resolve: ({ version = 1 }) => version,
      }),
      timeoutSeconds: t.int({
        nullable: true,
        description: 'How long one attempt may take; null: 600.',
        resolve: (step) => step.timeoutSeconds,
      }),
      retry: t.field({ type: StepRetry, nullable: true, resolve: (step) => step.retry }),
      onError: t.field({ type: stepOnError(builder), resolve: (step) => step.onError ?? 'stop' }),
    }),
  })
}

export const stepCodes: readonly ChangeErrorCode[] = [
  'INVALID_NAME',
  'INVALID_FIELD',
  'UNKNOWN_STEP_TYPE',
  'SECRET_NOT_ALLOWED',
  'INVALID_TEMPLATE',
  'LIMIT_REACHED',
  'NOT_FOUND',
]

export function defineAutomationChanges(
  builder: Builder,
  Automation: AutomationRef,
  StepInput: StepInputRef,
): void {
  const { HookSignatureInput } = hookSignatureTypes(builder)
  const { HookAnswerInput } = hookAnswerTypes(builder)
  const { ScheduleInput } = scheduleTypes(builder)
  const AutomationInput = builder.inputType('AutomationInput', {
    fields: (t) => ({
      idempotencyKey: t.string({ required: false, description: ONCE }),
      workspace: t.id(),
      name: t.string(),
      steps: t.field({ type: [StepInput] }),
      hookSignature: t.field({ type: HookSignatureInput, required: false }),
      hookAnswer: t.field({ type: HookAnswerInput, required: false }),
      schedule: t.field({ type: ScheduleInput, required: false }),
      paused: t.boolean({ required: false, description: 'Whether nothing starts it before it is resumed.' }),
    }),
  })
  const UpdateAutomationInput = builder.inputType('UpdateAutomationInput', {
    description: '`version` is the version that the client read.',
    fields: (t) => ({
      id: t.id(),
      version: t.int(),
      draft: t.int({
        required: false,
        description:
          'The revision of the draft that this publishes: the draft is gone then. If it is absent, a draft stays.',
      }),
      name: t.string(),
      steps: t.field({ type: [StepInput] }),
      hookSignature: t.field({
        type: HookSignatureInput,
        required: false,
        description: 'If it is absent, it stays as it is; null removes it.',
      }),
      hookAnswer: t.field({
        type: HookAnswerInput,
        required: false,
        description: 'If it is absent, it stays as it is; null removes it.',
      }),
      schedule: t.field({
        type: ScheduleInput,
        required: false,
        description: 'If it is absent, it stays as it is; null removes it.',
      }),
    }),
  })
  const result = (name: string, codes: readonly ChangeErrorCode[]) =>
    defineResult<{ automation: AutomationRow }>(builder, name, codes, (t) => ({
      automation: t.field({ type: Automation, resolve: ({ automation }) => automation }),
    }))
  const CreateAutomationResult = result('CreateAutomation', [...stepCodes, 'CONFLICT'])
  const UpdateAutomationResult = result('UpdateAutomation', [...stepCodes, 'CONFLICT'])
  const PauseAutomationResult = result('PauseAutomation', ['NOT_FOUND'])
  const ResumeAutomationResult = result('ResumeAutomation', ['NOT_FOUND'])
  const RotateHookResult = result('RotateHook', ['NOT_FOUND'])
  const DeleteAutomationResult = defineResult<{ automation: AutomationRow }>(
    builder,
    'DeleteAutomation',
    ['NOT_FOUND'],
    (t) => ({
      id: t.id({
        description: 'The id of the automation.',
        resolve: ({ automation: { workspace, id } }) => publicId(workspace, id),
      }),
      automation: t.field({
        type: Automation,
        description: 'The automation as it was.',
        resolve: ({ automation }) => automation,
      }),
    }),
  )

  builder.mutationFields((t) => ({
    createAutomation: t.field({
      type: CreateAutomationResult,
      authScopes: (_parent, { input }) => ({ 'automations:write': input.workspace }),
      args: { input: t.arg({ type: AutomationInput }) },
      resolve: (_parent, { input: { workspace, ...draft } }, { domain, caller, once }) =>
        attempt(async () => {
          const its = once('createAutomation', workspace, draft)
          return { automation: await domain.automations.create(actorOf(caller), workspace, draft, its) }
        }),
    }),
    updateAutomation: t.field({
      type: UpdateAutomationResult,
      authScopes: (_parent, { input }) => ({ 'automations:write': workspaceOf(input.id) }),
      args: { input: t.arg({ type: UpdateAutomationInput }) },
      resolve: (_parent, { input: { id, version, draft, ...content } }, { domain, caller }) =>
        attempt(async () => {
          const also = { draft: draft ?? undefined }
          return { automation: await domain.automations.update(actorOf(caller), id, version, content, also) }
        }),
    }),
    deleteAutomation: t.field({
      type: DeleteAutomationResult,
      authScopes: (_parent, { id }) => ({ 'automations:write': workspaceOf(id) }),
      args: { id: t.arg.id() },
      resolve: (_parent, { id }, { domain, caller }) =>
        attempt(async () => ({ automation: await domain.automations.delete(actorOf(caller), id) })),
    }),
    pauseAutomation: t.field({
      type: PauseAutomationResult,
      description:
        'Nothing starts the automation until it is resumed: no person, no hook, no schedule. Runs that were started go on.',
      authScopes: (_parent, { id }) => ({ 'automations:write': workspaceOf(id) }),
      args: { id: t.arg.id() },
      resolve: (_parent, { id }, { domain, caller }) =>
        attempt(async () => ({ automation: await domain.pauses.pause(actorOf(caller), id) })),
    }),
    resumeAutomation: t.field({
      type: ResumeAutomationResult,
      description: 'Ends the pause. The times of the schedule that passed meanwhile are left out.',
      authScopes: (_parent, { id }) => ({ 'automations:write': workspaceOf(id) }),
      args: { id: t.arg.id() },
      resolve: (_parent, { id }, { domain, caller }) =>
        attempt(async () => ({ automation: await domain.pauses.resume(actorOf(caller), id) })),
    }),
    rotateHook: t.field({
      type: RotateHookResult,
      description:
        'Gives the hook another URL. The one before starts nothing any more, after five seconds at most.',
      authScopes: (_parent, { id }) => {
        const workspace = workspaceOf(id)
        return { 'automations:read': workspace, 'automations:write': workspace }
      },
      args: { id: t.arg.id() },
      resolve: (_parent, { id }, { domain, caller }) =>
        attempt(async () => ({ automation: await domain.hooks.rotate(actorOf(caller), id) })),
    }),
  }))
}
