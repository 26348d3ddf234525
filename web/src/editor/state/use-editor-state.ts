import { useLocation } from '@tanstack/react-router'
import { type Dispatch, type SetStateAction, useEffect, useMemo, useReducer, useRef, useState } from 'react'
import type { EditedAutomationFragment } from '../../gql/graphql.ts'
import { useViewer } from '../../session/session.tsx'
import { useWorkspace } from '../../workspaces/workspace-context.ts'
import { type Change, changeDraft } from '../draft/change-draft.ts'
import type { Selection } from '../draft/draft.ts'
import { type Draft, draftOf, emptyDraft, sameDraft } from '../draft/draft.ts'
import { draftKey, dropDraft, keepDraft, keptDraft } from '../draft/kept-drafts.ts'
import type { Refusal } from '../draft/refusal.ts'
import { noTests, type TestData } from '../draft/test-data.ts'

export interface EditorState {
  draft: Draft
  change(change: Change): void
  selected: Selection
  select(selection: Selection): void
  /** The automation as it was loaded or saved last; undefined: it is new. */
  saved: EditedAutomationFragment | undefined
  dirty: boolean
  /** What was tried and typed in tests of its steps. */
  tests: TestData
  setTests: Dispatch<SetStateAction<TestData>>
  /** Whether unsaved changes of an earlier visit were found again. */
  restored: boolean
  /** The label of the element that had the focus before the page was changed for this one. */
  focused: string | null
  refusal: Refusal | undefined
  setRefusal(refusal: Refusal | undefined): void
  /** Remembers what is saved now, to tell later what is not. @param sent the draft that was sent. */
  markSaved(saved: EditedAutomationFragment, sent: Draft): void
  /** Replaces the draft by what another person has saved. */
  load(saved: EditedAutomationFragment): void
  /** Forgets the changes when the page is left. */
  discard(): void
}

/** The state of the editor. @param loaded the automation as the API has it now; undefined for a new one. */
export function useEditorState(loaded: EditedAutomationFragment | undefined): EditorState {
  // A run that failed leads here, with the key of its step after the #.
  const wanted = useLocation().hash
  const key = draftKey(useViewer().id, useWorkspace().id, loaded?.id)
  const [begin] = useState(() => keptDraft(key) ?? freshStart(loaded, wanted))
  const [saved, setSaved] = useState(begin.saved)
  const [clean, setClean] = useState(begin.clean)
  const [draft, dispatch] = useReducer(changeDraft, begin.draft)
  const [selected, select] = useState<Selection>(begin.selected)
  const [refusal, setRefusal] = useState<Refusal>()
  const [tests, setTests] = useState(begin.tests)
  const dirty = useMemo(() => !sameDraft(draft, clean), [draft, clean])
  const [restored] = useState(dirty)

  const load = (automation: EditedAutomationFragment) => {
    const next = openedOf(automation)
    // The same step stays open, although it is another object now.
    const open = draft.steps.find(({ id }) => id === selected)?.key
    select(next.steps.find((it) => it.key === open)?.id ?? 'trigger')
    dispatch({ kind: 'load', draft: next })
    setSaved(automation)
    setClean(next)
    setRefusal(undefined)
  }
  // Another person has saved, and there are no changes here that loading would overwrite.
  if (loaded && saved && isNewer(loaded, saved) && !dirty) load(loaded)

  const discarded = useKeeping(key, dirty, { saved, clean, draft, selected, tests, focused: null })
  return {
    draft,
    selected,
    select,
    saved,
    dirty,
    tests,
    setTests,
    restored,
    focused: begin.focused,
    refusal,
    setRefusal,
    load,
    change(change) {
      setRefusal(undefined)
      dispatch(change)
    },
    markSaved(automation, sent) {
      setSaved(automation)
      setClean(sent)
      dispatch({ kind: 'saved', keys: sent.steps })
    },
    discard: () => {
      discarded.current = true
    },
  }
}

const isNewer = (loaded: EditedAutomationFragment, saved: EditedAutomationFragment): boolean =>
  loaded.version > saved.version ||
  (loaded.version === saved.version && (loaded.draft?.revision ?? 0) > (saved.draft?.revision ?? 0))

/** People go on with the draft, if one is saved. */
const openedOf = (automation: EditedAutomationFragment): Draft =>
  draftOf(automation.draft?.content ?? automation)

function freshStart(loaded: EditedAutomationFragment | undefined, wanted: string) {
  const draft = loaded ? openedOf(loaded) : emptyDraft
  const selected: Selection = (draft.steps.find((it) => it.key === wanted) ?? draft.steps[0])?.id ?? 'trigger'
  return { saved: loaded, clean: draft, draft, selected, tests: noTests, focused: null }
}

/** Keeps unsaved changes when the page goes away, for instance because the session has ended. */
function useKeeping(key: string, dirty: boolean, now: Parameters<typeof keepDraft>[1]) {
  const latest = useRef({ dirty, now })
  latest.current = { dirty, now }
  const discarded = useRef(false)
  useEffect(() => {
    dropDraft(key)
    return () => {
      if (latest.current.dirty && !discarded.current) keepDraft(key, latest.current.now)
    }
  }, [key])
  return discarded
}
