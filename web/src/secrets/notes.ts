/** What an admin says of a secret. */
export interface Notes {
  owner: string
  description: string
}

/** The state of the fields of the notes. */
export interface NotesDraft {
  written: Notes
  write(notes: Notes): void
  /** Whether something else is saved. */
  changed: boolean
  /** What the person knew. */
  saved: Notes
  markSaved(): void
  /** Another admin has saved these meanwhile. What was typed stays. */
  know(notes: Notes): void
}

/** What another admin has written, in a sentence. */
export function notesOfOthers({ owner, description }: Notes): string {
  const what = [owner && `the owner is ${owner}`, description && `it is for: ${description}`].filter(Boolean)
  return `Someone else has changed what it is for meanwhile: ${what.join('; ') || 'nothing is said'}.`
}
