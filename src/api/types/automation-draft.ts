import { AppError } from '../../errors.ts'
import type { Builder } from '../builder.ts'
import { actorOf } from '../caller.ts'
import { type AutomationRef, type AutomationRow, workspaceOf } from './automation.ts'
import { stepCodes } from './automation-changes.ts'
import { hookAnswerTypes } from './hook-answer.ts'
import { hookSignatureTypes } from './hook-signature.ts'
import { attempt, defineResult, ONCE } from './result.ts'
import { scheduleTypes } from './schedule.ts'
import type { StepInputRef } from './step.ts'

/** They answer with an automation that the caller has not written. */
const readAndWrite = (workspace: string) => ({
  'automations:read': workspace,
  'automations:write': workspace,
})

/** Defines the changes of drafts, and going back to an earlier version. */
export function defineAutomationDrafts(
  builder: Builder,
  Automation: AutomationRef,
  StepInput: StepInputRef,
): void {
  const SaveAutomationDraftInput = draftInput(builder, StepInput)
  const result = (name: string, codes: Parameters<typeof defineResult>[2]) =>
    defineResult<{ automation: AutomationRow }>(builder, name, codes, (t) => ({
      automation: t.field({
        type: Automation,
        description: 'The automation afterwards.',
        resolve: ({ automation }) => automation,
      }),
    }))
  const SaveAutomationDraftResult = result('SaveAutomationDraft', [
    'INVALID_NAME',
    'INVALID_FIELD',
    'LIMIT_REACHED',
    'NOT_FOUND',
    'CONFLICT',
  ])
  const DiscardAutomationDraftResult = result('DiscardAutomationDraft', ['NOT_FOUND', 'CONFLICT'])
  const RestoreAutomationVersionResult = result('RestoreAutomationVersion', [...stepCodes, 'CONFLICT'])
  builder.mutationFields((t) => ({
    saveAutomationDraft: t.field({
      type: SaveAutomationDraftResult,
      description:
        'Saves what may be incomplete. Hooks, schedules and runs go on with the published version. `updateAutomation` ' +
        'with the revision of the draft publishes it.',
      authScopes: (_parent, { input: { workspace, automation } }) =>
        readAndWrite(automation == null ? workspace : workspaceOf(automation)),
      args: { input: t.arg({ type: SaveAutomationDraftInput }) },
      resolve: (_parent, { input }, { domain, caller, once }) =>
        attempt(async () => {
          const { workspace, automation, revision, idempotencyKey: _key, ...written } = input
          if (automation != null && workspaceOf(automation) !== workspace)
            throw new AppError('NOT_FOUND', 'There is no such automation in this workspace.')
          const its = automation == null ? once('saveAutomationDraft', workspace, input) : undefined
          const place = { workspace, automation: automation ?? undefined, revision: revision ?? 0 }
          return { automation: await domain.automations.saveDraft(actorOf(caller), place, written, its) }
        }),
    }),
    discardAutomationDraft: t.field({
      type: DiscardAutomationDraftResult,
      description: 'Throws the draft away. The published version goes on.',
      authScopes: (_parent, { id }) => readAndWrite(workspaceOf(id)),
      args: { id: t.arg.id(), revision: t.arg.int({ description: 'The revision that was read.' }) },
      resolve: (_parent, { id, revision }, { domain, caller }) =>
        attempt(async () => ({
          automation: await domain.automations.discardDraft(actorOf(caller), id, revision),
        })),
    }),
    restoreAutomationVersion: t.field({
      type: RestoreAutomationVersionResult,
      description:
        'Saves an earlier version anew, checked as any other save. The signature of its hook stays as it is now: going ' +
        'back takes no check away. A draft stays.',
      authScopes: (_parent, { input }) => readAndWrite(workspaceOf(input.id)),
      args: { input: t.arg({ type: restoreInput(builder) }) },
      resolve: (_parent, { input: { id, version, restore } }, { domain, caller }) =>
        attempt(async () => ({
          automation: await domain.automations.restore(actorOf(caller), id, version, restore),
        })),
    }),
  }))
}

function restoreInput(builder: Builder) {
  return builder.inputType('RestoreAutomationVersionInput', {
    description: 'Which version is brought back.',
    fields: (t) => ({
      id: t.id(),
      version: t.int({ description: 'The version that the client read, which runs now.' }),
      restore: t.int({ description: 'The earlier version.' }),
    }),
  })
}

function draftInput(builder: Builder, StepInput: StepInputRef) {
  const { HookSignatureInput } = hookSignatureTypes(builder)
  const { HookAnswerInput } = hookAnswerTypes(builder)
  const { ScheduleInput } = scheduleTypes(builder)
  return builder.inputType('SaveAutomationDraftInput', {
    description: 'What is absent is empty in the draft: nothing is taken from the published version.',
    fields: (t) => ({
      workspace: t.id(),
      automation: t.id({
        required: false,
        description: 'Absent: a new one is made, which has only this draft.',
      }),
      revision: t.int({
        required: false,
        description: 'The revision of the draft that the client read. Absent: there was none.',
      }),
      name: t.string({ description: 'It may be empty.' }),
      steps: t.field({ type: [StepInput] }),
      hookSignature: t.field({ type: HookSignatureInput, required: false }),
      hookAnswer: t.field({ type: HookAnswerInput, required: false }),
      schedule: t.field({ type: ScheduleInput, required: false }),
      idempotencyKey: t.string({ required: false, description: ONCE }),
    }),
  })
}
