import type { EditedAutomationFragment } from '../../gql/graphql.ts'
import type { Draft, Selection } from './draft.ts'

/** What an editor needs to go on where another one ended. */
export interface KeptDraft {
  /** The automation as it was loaded or saved last; undefined: it is new. */
  saved: EditedAutomationFragment | undefined
  /** Of what was saved. */
  clean: Draft
  draft: Draft
  selected: Selection
  /** The element that had the focus, by its label. */
  focused: string | null
}

/**
 * In memory alone: a draft may hold what somebody has pasted and means to make a secret of, and storage of the browser
 * outlives the session. Keyed by person too, for another one may sign in on the same page.
 */
const kept = new Map<string, KeptDraft>()

export const draftKey = (viewer: string, workspace: string, automation: string | undefined): string =>
  JSON.stringify([viewer, workspace, automation ?? null])

export const keepDraft = (key: string, draft: KeptDraft): void => void kept.set(key, draft)
export const keptDraft = (key: string): KeptDraft | undefined => kept.get(key)
export const dropDraft = (key: string): void => void kept.delete(key)
