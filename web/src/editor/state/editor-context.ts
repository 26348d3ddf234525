import { createContext, type Dispatch, type SetStateAction, useContext } from 'react'
import type { Change } from '../draft/change-draft.ts'
import type { Spot } from '../draft/destination.ts'
import type { Draft } from '../draft/draft.ts'
import type { Samples } from '../draft/known-variables.ts'
import type { Refusal } from '../draft/refusal.ts'
import type { StepType } from '../draft/step-types.ts'
import type { TestData } from '../draft/test-data.ts'

/** The field that a variable is put into. It is the last one that had the focus. */
export interface InsertTarget {
  /** The id of its element. */
  id: string
  label: string
  takes: 'everything' | 'no-secrets' | 'nothing'
  /** Where in the step the field is, when it takes secrets. */
  spot?: Spot | undefined
  insert(path: string): void
}

/** What all parts of the editor share. */
export interface Editor {
  draft: Draft
  change(change: Change): void
  types: ReadonlyMap<string, StepType>
  samples: Samples
  /** What was tried and typed in tests of its steps. */
  tests: TestData
  setTests: Dispatch<SetStateAction<TestData>>
  /** The names of all secrets; undefined as long as they are not known. */
  secrets: readonly string[] | undefined
  isAdmin: boolean
  /** Whether the person has tried to save. From then on the form marks what is missing. */
  asked: boolean
  refusal: Refusal | undefined
  target: InsertTarget | undefined
  setTarget: Dispatch<SetStateAction<InsertTarget | undefined>>
  /** Adds a new secret to the known ones, before the list of the API has it. */
  learnSecret(name: string): void
  /**
   * Opens the dialog to add a secret, which only admins can.
   *
   * @param spot where the secret is wanted.
   * @param then gets the name of the secret.
   * @param name the name that is wanted.
   */
  addSecret(spot: Spot | undefined, then: (name: string) => void, name?: string): void
  /** Opens the dialog of a secret, with a host in it that a test was refused; for admins as well. */
  allowHost(name: string, host: string | undefined): void
  /** Undefined when the explorer has a column of its own. */
  openExplorer: (() => void) | undefined
}

export const EditorContext = createContext<Editor | undefined>(undefined)

export function useEditor(): Editor {
  const editor = useContext(EditorContext)
  if (!editor) throw new Error('useEditor needs an editor around it')
  return editor
}
