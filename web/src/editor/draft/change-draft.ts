import { type Draft, type DraftStep, freeKey, type HookSignature, type Schedule } from './draft.ts'
import { renameStepIn } from './rename-step.ts'

/** One change by the person who edits. */
export type Change =
  | { kind: 'load'; draft: Draft }
  /** The draft was saved with these keys. From now on the samples of the steps are found by them. */
  | { kind: 'saved'; keys: readonly Pick<DraftStep, 'id' | 'key'>[] }
  | { kind: 'name'; name: string }
  | { kind: 'hook-signature'; signature: HookSignature | null }
  | { kind: 'hook-answer'; answer: Draft['hookAnswer'] }
  | { kind: 'schedule'; schedule: Schedule | null }
  | { kind: 'add'; step: DraftStep; at: number }
  | { kind: 'remove'; step: number }
  | { kind: 'move'; step: number; to: number }
  /** `id` is the id of the copy. It is part of the change, so that the same change always gives the same draft. */
  | { kind: 'duplicate'; step: number; id: number }
  | { kind: 'key'; step: number; key: string }
  | { kind: 'field'; step: number; name: string; value: unknown }
  | { kind: 'fields'; step: number; fields: Readonly<Record<string, unknown>> }
  | {
      kind: 'settings'
      step: number
      settings: Partial<Pick<DraftStep, 'timeoutSeconds' | 'retry' | 'onError'>>
    }

export function changeDraft(draft: Draft, change: Change): Draft {
  switch (change.kind) {
    case 'load':
      return change.draft
    case 'name':
      return { ...draft, name: change.name }
    case 'hook-signature':
      return { ...draft, hookSignature: change.signature }
    case 'hook-answer':
      return { ...draft, hookAnswer: change.answer }
    case 'schedule':
      return { ...draft, schedule: change.schedule }
    default:
      return { ...draft, steps: changeSteps(draft.steps, change) }
  }
}

type StepChange = Exclude<Change, { kind: 'load' | 'name' | 'hook-signature' | 'hook-answer' | 'schedule' }>

function changeSteps(steps: readonly DraftStep[], change: StepChange): readonly DraftStep[] {
  const alterStep = (step: number, alter: (step: DraftStep) => DraftStep) =>
    steps.map((it) => (it.id === step ? alter(it) : it))
  switch (change.kind) {
    case 'saved':
      return steps.map((step) => ({ ...step, savedKey: change.keys.find(({ id }) => id === step.id)?.key }))
    case 'add':
      return steps.toSpliced(change.at, 0, change.step)
    case 'remove':
      return steps.filter(({ id }) => id !== change.step)
    case 'move':
      return moved(steps, change.step, change.to)
    case 'duplicate':
      return duplicated(steps, change.step, change.id)
    case 'key':
      return renamed(steps, change.step, change.key)
    case 'field':
      return alterStep(change.step, (it) => ({
        ...it,
        fields: { ...it.fields, [change.name]: change.value },
      }))
    case 'fields':
      return alterStep(change.step, (it) => ({ ...it, fields: { ...it.fields, ...change.fields } }))
    case 'settings':
      return alterStep(change.step, (it) => ({ ...it, ...change.settings }))
    default:
      return change satisfies never
  }
}

function moved(steps: readonly DraftStep[], id: number, to: number): readonly DraftStep[] {
  const from = steps.findIndex((it) => it.id === id)
  const step = steps[from]
  if (!step || to < 0 || to >= steps.length) return steps
  return steps.toSpliced(from, 1).toSpliced(to, 0, step)
}

function duplicated(steps: readonly DraftStep[], original: number, id: number): readonly DraftStep[] {
  const at = steps.findIndex((it) => it.id === original)
  const step = steps[at]
  if (!step) return steps
  const key = freeKey(step.key.replace(/_\d+$/, ''), steps)
  return steps.toSpliced(at + 1, 0, { ...step, id: id, key, savedKey: undefined })
}

/** Renames a step. What referred to it by its old key refers to it by the new one. */
function renamed(steps: readonly DraftStep[], id: number, key: string): readonly DraftStep[] {
  const step = steps.find((it) => it.id === id)
  if (!step || step.key === key) return steps
  // While two steps have the same key nobody knows which one a reference means.
  const unclear = steps.some((it) => it.id !== id && it.key === step.key)
  return steps.map((it) => {
    if (it.id === id) return { ...it, key }
    if (unclear) return it
    const fields = Object.entries(it.fields).map(([name, value]) => [
      name,
      renameStepIn(value, step.key, key),
    ])
    return { ...it, fields: Object.fromEntries(fields) }
  })
}
