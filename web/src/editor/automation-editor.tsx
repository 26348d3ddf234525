import { useMediaQuery } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { Notice } from '../feedback/notice.tsx'
import { notify } from '../feedback/notify.ts'
import type { EditedAutomationFragment } from '../gql/graphql.ts'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { ConflictDialog } from './dialogs/conflict-dialog.tsx'
import { LeaveDialog } from './dialogs/leave-dialog.tsx'
import { RunDialog } from './dialogs/run-dialog.tsx'
import { TestDialog } from './dialogs/test-dialog.tsx'
import { destinationOf } from './draft/destination.ts'
import { refusalOf } from './draft/refusal.ts'
import type { StepType } from './draft/step-types.ts'
import { EditorColumns } from './editor-columns.tsx'
import { EditorHeader, Refused } from './editor-header.tsx'
import { PauseNotice } from './pause-notice.tsx'
import { type Editor, EditorContext, type InsertTarget } from './state/editor-context.ts'
import { type EditorState, useEditorState } from './state/use-editor-state.ts'
import { useKnowledge } from './state/use-knowledge.ts'
import { useSaveKey } from './state/use-save-key.ts'
import { type Saving, useMoveToOwnAddress, useSaving } from './state/use-saving.ts'
import { StepPicker } from './steps/step-picker.tsx'
import { useAddStep } from './steps/use-step-actions.tsx'
import { useAddSecret } from './use-add-secret.tsx'
import { DraftNotice } from './versions/draft-notice.tsx'

const AuthorizationDialog = lazy(async () => ({
  default: (await import('./dialogs/authorization-dialog.tsx')).AuthorizationDialog,
}))
const CopyCurlDialog = lazy(async () => ({
  default: (await import('./curl/copy-curl-dialog.tsx')).CopyCurlDialog,
}))
const CurlDialog = lazy(async () => ({ default: (await import('./curl/curl-dialog.tsx')).CurlDialog }))

/** Edits one automation. @param loaded the automation as the API has it now; undefined for a new one. */
export function AutomationEditor({
  loaded,
  types,
}: {
  loaded: EditedAutomationFragment | undefined
  types: ReadonlyMap<string, StepType>
}) {
  const state = useEditorState(loaded)
  const saving = useSaving(state)
  const { secrets, samples, learn } = useKnowledge(state.saved?.id)
  const isAdmin = useWorkspace().viewerRole === 'ADMIN'
  const [target, setTarget] = useState<InsertTarget>()
  const [exploring, setExploring] = useState(false)
  const wide = useMediaQuery('(min-width: 75em)', true, { getInitialValueInEffect: false })
  const { draft, change, refusal } = state
  const selected = draft.steps.find(({ id }) => id === state.selected)
  const [secretDialogs, secretDialog] = useAddSecret(
    learn,
    (spot) => selected && destinationOf(selected, types.get(selected.type), spot),
  )
  const { tests, setTests } = state
  const known = useMemo(() => ({ ...samples, tested: tests.outputs }), [samples, tests.outputs])
  const editor: Editor = {
    ...{
      draft,
      change,
      types,
      secrets,
      isAdmin,
      refusal,
      target,
      setTarget,
      ...secretDialogs,
      tests,
      setTests,
    },
    samples: known,
    asked: saving.asked,
    learnSecret: learn,
    openExplorer: wide ? undefined : () => setExploring(true),
  }
  return (
    <EditorContext value={editor}>
      <Workbench
        state={state}
        saving={saving}
        exploring={exploring && !wide}
        onCloseExplorer={() => setExploring(false)}
      />
      {secretDialog}
      <LeaveDialog dirty={state.dirty} onDiscard={state.discard} />
    </EditorContext>
  )
}

type Open = 'pick' | 'test' | 'run' | 'curl' | 'copy-curl' | 'authorization' | undefined

function Workbench({
  state,
  saving,
  exploring,
  onCloseExplorer,
}: {
  state: EditorState
  saving: Saving
  exploring: boolean
  onCloseExplorer: () => void
}) {
  const [open, setOpen] = useState<Open>()
  const { draft, selected, select } = state
  const addStep = useAddStep(selected, select)
  const { save, saveDraft, startRun } = useSaveAndRun(state, saving)
  // What does not run yet is not published by the way.
  useSaveKey(() => void (state.saved?.draft ? saveDraft() : save()))
  useFocusAgain(state.focused)
  const step = useMemo(() => draft.steps.find(({ id }) => id === selected), [draft.steps, selected])
  const close = () => setOpen(undefined)
  // A ref and no state, because React would keep the credentials in the pasted text. Reading it empties it.
  const pasted = useRef('')
  const pasteCurl = (command = '') => {
    pasted.current = command
    setOpen('curl')
  }
  return (
    <div className="page wide editor">
      <EditorHeader
        state={state}
        busy={saving.busy}
        onSave={() => void save()}
        onSaveDraft={() => void saveDraft()}
        onRun={() => setOpen('run')}
        onTest={step && (() => setOpen('test'))}
      />
      <Refused state={state} />
      {state.saved && <PauseNotice automation={state.saved.id} />}
      <DraftNotice saved={state.saved} />
      {state.restored && state.dirty && <Notice>These are the changes that you had not saved.</Notice>}
      <EditorColumns
        state={state}
        step={step}
        onAdd={() => setOpen('pick')}
        onPasteCurl={pasteCurl}
        onCopyCurl={() => setOpen('copy-curl')}
        onAuthorize={() => setOpen('authorization')}
        exploring={exploring}
        onCloseExplorer={onCloseExplorer}
      />
      <StepPicker opened={open === 'pick'} onClose={close} onPick={addStep} />
      {open === 'test' && step && (
        <TestDialog
          step={step}
          onClose={close}
          onRefused={(problem) => state.setRefusal(refusalOf(problem))}
        />
      )}
      {open === 'curl' && step && (
        <Suspense>
          <CurlDialog step={step} pasted={pasted} onClose={close} />
        </Suspense>
      )}
      {open === 'copy-curl' && step && (
        <Suspense>
          <CopyCurlDialog step={step} onClose={close} />
        </Suspense>
      )}
      {open === 'authorization' && step && (
        <Suspense>
          <AuthorizationDialog step={step} onClose={close} />
        </Suspense>
      )}
      {open === 'run' && (
        <RunDialog
          unsaved={state.dirty || !state.saved ? 'changes' : state.saved.draft ? 'draft' : undefined}
          save={async () => {
            if (!state.dirty && state.saved && !state.saved.draft) return state.saved.id
            const answer = await saving.save()
            return answer && 'id' in answer ? answer.id : answer
          }}
          onClose={close}
          onStarted={startRun}
        />
      )}
      {saving.conflict && <Conflict theirs={saving.conflict} state={state} saving={saving} />}
    </div>
  )
}

function Conflict({
  theirs,
  state,
  saving,
}: {
  theirs: EditedAutomationFragment
  state: EditorState
  saving: Saving
}) {
  return (
    <ConflictDialog
      theirs={theirs}
      busy={saving.busy}
      onClose={saving.closeConflict}
      onKeepMine={() => void saving.save(theirs)}
      onLoadTheirs={() => {
        saving.closeConflict()
        // A draft of one's own would be opened again.
        state.load({ ...theirs, draft: null })
        notify('Their version is loaded.')
      }}
    />
  )
}

function useSaveAndRun(state: EditorState, saving: Saving) {
  const navigate = useNavigate()
  const workspace = useWorkspace().id
  const moveToOwnAddress = useMoveToOwnAddress(state)
  return {
    async save() {
      const isNew = !state.saved
      const saved = await saving.save()
      if (isNew && saved && 'id' in saved) await moveToOwnAddress(saved)
    },
    async saveDraft() {
      const isNew = !state.saved
      const saved = await saving.saveDraft()
      if (isNew && saved && 'id' in saved) await moveToOwnAddress(saved)
    },
    async startRun(run: string, automation: string) {
      // Going back from the run leads to the automation, not to an empty form.
      const own = { workspace, automation }
      await navigate({
        to: '/w/$workspace/automations/$automation',
        params: own,
        replace: true,
        ignoreBlocker: true,
      })
      await navigate({ to: '/w/$workspace/runs/$run', params: { workspace, run }, ignoreBlocker: true })
    },
  }
}

/** Focuses an element again. @param label the name of the element that had the focus before the address changed. */
function useFocusAgain(label: string | null): void {
  useEffect(() => {
    if (label === null) return
    const found = [...document.querySelectorAll<HTMLElement>('[aria-label]')]
    found.find((it) => it.getAttribute('aria-label') === label)?.focus()
  }, [label])
}
