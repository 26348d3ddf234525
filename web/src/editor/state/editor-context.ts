import { createContext, type Dispatch, type SetStateAction, useContext } from 'react'
import type { Change } from '../draft/change-draft.ts'
import type { Spot } from '../draft/destination.ts'
import type { Draft } from '../draft/draft.ts'
import type { Samples } from '../draft/known-variables.ts'
import type { Refusal } from '../draft/refusal.ts'
import type { StepType } from '../draft/step-types.ts'

/** The field that a variable is put into: the last that had the focus. */
export interface InsertTarget {
  /** Of the field in the page. */
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
  /** The names of all secrets; undefined as long as they are not known. */
  secrets: readonly string[] | undefined
  isAdmin: boolean
  /** Whether what is missing is to be pointed at: once the person has tried to save. */
  asked: boolean
  refusal: Refusal | undefined
  target: InsertTarget | undefined
  setTarget: Dispatch<SetStateAction<InsertTarget | undefined>>
  /** Tells of a secret that was just added, which the list has yet to hear of. */
  learnSecret(name: string): void
  /** Opens the dialog; `then` gets the name of the secret that was added. For admins. @param spot where it is wanted. */
  addSecret(spot: Spot | undefined, then: (name: string) => void): void
  /** Undefined when the explorer stands beside the form anyway. */
  openExplorer: (() => void) | undefined
}

export const EditorContext = createContext<Editor | undefined>(undefined)

export function useEditor(): Editor {
  const editor = useContext(EditorContext)
  if (!editor) throw new Error('useEditor needs an editor around it')
  return editor
}
