import type { EditedAutomationFragment } from '../../gql/graphql.ts'
import type { Draft, Selection } from './draft.ts'
import type { TestData } from './test-data.ts'

/** What an editor needs to go on where another one ended. */
export interface KeptDraft {
  /** The automation as it was loaded or saved last; undefined: it is new. */
  saved: EditedAutomationFragment | undefined
  /** The draft of what was saved. */
  clean: Draft
  draft: Draft
  selected: Selection
  tests: TestData
  /** The label of the element that had the focus. */
  focused: string | null
}

/**
 * Drafts are kept in memory only. A draft may hold a value that a person has pasted and means to make a secret of, and
 * the storage of the browser outlives the session. The key names the person, because another one may sign in here.
 */
const kept = new Map<string, KeptDraft>()

export const draftKey = (viewer: string, workspace: string, automation: string | undefined): string =>
  JSON.stringify([viewer, workspace, automation ?? null])

export const keepDraft = (key: string, draft: KeptDraft): void => void kept.set(key, draft)
export const keptDraft = (key: string): KeptDraft | undefined => kept.get(key)
export const dropDraft = (key: string): void => void kept.delete(key)
