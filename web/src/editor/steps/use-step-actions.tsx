import { Anchor } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useRef } from 'react'
import type { Selection } from '../draft/draft.ts'
import { freeKey, newStepId } from '../draft/draft.ts'
import type { StepType } from '../draft/step-types.ts'
import { useEditor } from '../state/editor-context.ts'

export interface StepActions {
  select(step: number): void
  move(step: number, to: number): void
  duplicate(step: number): void
  remove(step: number): void
}

const UNDO_FOR = 10_000

export function useStepActions(selected: Selection, onSelect: (selection: Selection) => void): StepActions {
  const { draft, change } = useEditor()
  const latest = useRef(change)
  latest.current = change
  return {
    select: onSelect,
    move: (step, to) => change({ kind: 'move', step, to }),
    duplicate(step) {
      const id = newStepId()
      change({ kind: 'duplicate', step, id })
      onSelect(id)
    },
    remove(id) {
      const at = draft.steps.findIndex((it) => it.id === id)
      const step = draft.steps[at]
      if (!step) return
      change({ kind: 'remove', step: id })
      const next = draft.steps[at + 1] ?? draft.steps[at - 1]
      if (selected === id) onSelect(next?.id ?? 'trigger')
      // The row that had the focus is gone, so that another one takes it.
      requestAnimationFrame(() => focusRow(next?.key))
      offerUndo(`Step ${step.key} was deleted.`, () => {
        latest.current({ kind: 'add', step, at })
        onSelect(id)
      })
    },
  }
}

function focusRow(key: string | undefined): void {
  const row = key === undefined ? '[data-add-step]' : `[data-step="${key}"]`
  document.querySelector<HTMLElement>(row)?.focus()
}

function offerUndo(message: string, undo: () => void): void {
  const id = notifications.show({
    role: 'status',
    withBorder: true,
    autoClose: UNDO_FOR,
    message: (
      <>
        {message}{' '}
        <Anchor
          component="button"
          type="button"
          size="sm"
          onClick={() => {
            notifications.hide(id)
            undo()
          }}
        >
          Undo
        </Anchor>
      </>
    ),
  })
}

/** Puts a new step behind the one that is selected, and selects it. */
export function useAddStep(selected: Selection, onSelect: (selection: Selection) => void) {
  const { draft, change } = useEditor()
  return ({ type }: StepType) => {
    const id = newStepId()
    const after = draft.steps.findIndex((it) => it.id === selected)
    const at = after === -1 ? draft.steps.length : after + 1
    const key = freeKey(type, draft.steps)
    const step = {
      id,
      key,
      type,
      fields: {},
      timeoutSeconds: null,
      retry: null,
      onError: 'STOP' as const,
      savedKey: undefined,
    }
    change({ kind: 'add', step, at })
    onSelect(id)
    setTimeout(focusFirstField, AFTER_DIALOG)
  }
}

/** Milliseconds, in which the picker gives the focus back. */
const AFTER_DIALOG = 60

/** The address of a request is what a person writes first, wherever it stands in the form. */
function focusFirstField(): void {
  const address = document.querySelector<HTMLElement>('[data-field=url] [role=textbox]')
  const first = '[data-field] :is([role=textbox], input)'
  const field = address ?? document.querySelector<HTMLElement>(first)
  field?.focus()
}
