import { publicId } from '../../domain/index.ts'
import type { ChangeErrorCode } from '../../errors.ts'
import type { Builder } from '../builder.ts'
import { actorOf } from '../caller.ts'
import { type AutomationRef, type AutomationRow, workspaceOf } from './automation.ts'
import { hookAnswerTypes } from './hook-answer.ts'
import { hookSignatureTypes } from './hook-signature.ts'
import { attempt, defineResult, ONCE } from './result.ts'
import { scheduleTypes } from './schedule.ts'
import type { StepInputRef } from './step.ts'

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
      }),
      hookAnswer: t.field({
        type: HookAnswerInput,
        required: false,
      }),
      schedule: t.field({
        type: ScheduleInput,
        required: false,
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
