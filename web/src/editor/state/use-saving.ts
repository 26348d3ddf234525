import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { useClient } from 'urql'
import { type Problem, problemIn, problemOf } from '../../api/problem.ts'
import {
  CreateAutomationDocument,
  type EditedAutomationFragment,
  EditorAutomationDocument,
  SaveAutomationDraftDocument,
  UpdateAutomationDocument,
} from '../../gql/graphql.ts'
import { useViewer } from '../../session/session.tsx'
import { useWorkspace } from '../../workspaces/workspace-context.ts'
import { type Draft, draftInput } from '../draft/draft.ts'
import { draftKey, keepDraft } from '../draft/kept-drafts.ts'
import { refusalOf } from '../draft/refusal.ts'
import type { EditorState } from './use-editor-state.ts'

export interface Saving {
  busy: boolean
  /** Whether the person has tried to save. From then on the form marks what is missing. */
  asked: boolean
  /** What somebody else has saved meanwhile. */
  conflict: EditedAutomationFragment | undefined
  closeConflict(): void
  /**
   * Publishes what is written, with the draft.
   *
   * @param over what may be overwritten; by default what was read.
   * @returns what is saved; a problem that the page does not show; or nothing when the page shows the problem.
   */
  save(over?: EditedAutomationFragment): Promise<EditedAutomationFragment | Problem | undefined>
  /** Saves what is written as a draft, which may be incomplete and does not run. @returns as `save`. */
  saveDraft(): Promise<EditedAutomationFragment | Problem | undefined>
}

export function useSaving(state: EditorState): Saving {
  const [busy, setBusy] = useState(false)
  const [asked, setAsked] = useState(false)
  const [conflict, setConflict] = useState<EditedAutomationFragment>()
  const running = useRef<boolean>(false)
  const send = useSend()
  const sendDraft = useSendDraft()

  const sendOnce = async (sending: (draft: Draft) => Promise<Answer>) => {
    const { draft } = state
    if (running.current) return undefined
    running.current = true
    setBusy(true)
    try {
      const answer = await sending(draft)
      if ('theirs' in answer) setConflict(answer.theirs)
      if ('problem' in answer) {
        const refusal = refusalOf(answer.problem)
        state.setRefusal(refusal)
        pointAt(state, refusal.step)
      }
      if (!('saved' in answer)) return undefined
      setConflict(undefined)
      setAsked(false)
      state.markSaved(answer.saved, draft)
      return answer.saved
    } finally {
      running.current = false
      setBusy(false)
    }
  }
  const { saved } = state
  return {
    busy,
    asked,
    conflict,
    closeConflict: () => setConflict(undefined),
    save(over) {
      setAsked(true)
      return sendOnce((draft) => send(draft, saved, over ?? saved))
    },
    saveDraft: () => sendOnce((draft) => sendDraft(draft, saved)),
  }
}

function pointAt({ draft, select }: EditorState, key: string | undefined): void {
  const step = draft.steps.find((it) => it.key === key)
  if (step) select(step.id)
}

type Answer =
  | { saved: EditedAutomationFragment }
  | { theirs: EditedAutomationFragment }
  | { problem: Problem }

function useSend() {
  const client = useClient()
  const workspace = useWorkspace().id
  return async (
    draft: Draft,
    saved: EditedAutomationFragment | undefined,
    over: EditedAutomationFragment | undefined,
  ): Promise<Answer> => {
    const content = draftInput(draft)
    if (!saved) {
      const answer = await client
        .mutation(CreateAutomationDocument, { input: { workspace, ...content } })
        .toPromise()
      const created = answer.data?.createAutomation
      if (created?.__typename === 'CreateAutomationSuccess') return { saved: created.automation }
      return { problem: problemIn(answer) ?? lost }
    }
    const { id } = saved
    const read = { version: over?.version ?? 0, draft: over?.draft?.revision ?? null }
    const answer = await client
      .mutation(UpdateAutomationDocument, { input: { id, ...read, ...content } })
      .toPromise()
    const updated = answer.data?.updateAutomation
    if (updated?.__typename === 'UpdateAutomationSuccess') return { saved: updated.automation }
    if (updated?.__typename !== 'ConflictError') return { problem: problemIn(answer) ?? lost }
    const now = await client
      .query(EditorAutomationDocument, { id }, { requestPolicy: 'network-only' })
      .toPromise()
    if (now.error) return { problem: problemOf(now.error) }
    return now.data?.automation ? { theirs: now.data.automation } : { problem: lost }
  }
}

function useSendDraft() {
  const client = useClient()
  const workspace = useWorkspace().id
  return async (draft: Draft, saved: EditedAutomationFragment | undefined): Promise<Answer> => {
    const place = { workspace, automation: saved?.id ?? null, revision: saved?.draft?.revision ?? 0 }
    const answer = await client
      .mutation(SaveAutomationDraftDocument, { input: { ...place, ...draftInput(draft) } })
      .toPromise()
    const result = answer.data?.saveAutomationDraft
    if (result?.__typename === 'SaveAutomationDraftSuccess') return { saved: result.automation }
    return { problem: problemIn(answer) ?? lost }
  }
}

const lost: Problem = {
  code: 'NOT_FOUND',
  message: 'This automation was deleted. Copy what you need into a new one.',
  canRetry: false,
}

/** Gives the editor of a new automation the automation's address. The person goes on where they were. */
export function useMoveToOwnAddress(state: EditorState) {
  const navigate = useNavigate()
  const workspace = useWorkspace().id
  const viewer = useViewer().id
  return (saved: EditedAutomationFragment) => {
    const { draft, selected, tests } = state
    const steps = draft.steps.map((step) => ({ ...step, savedKey: step.key }))
    const moved = { ...draft, steps }
    const focused = document.activeElement?.getAttribute('aria-label') ?? null
    const kept = { saved, clean: moved, draft: moved, selected, tests, focused }
    keepDraft(draftKey(viewer, workspace, saved.id), kept)
    const params = { workspace, automation: saved.id }
    return navigate({
      to: '/w/$workspace/automations/$automation',
      params,
      replace: true,
      ignoreBlocker: true,
    })
  }
}
