import { Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Fold } from '../layout/fold.tsx'
import type { NotesDraft } from './notes.ts'

export function useNotes(current: { owner: string | null; description: string | null }): NotesDraft {
  const [saved, setSaved] = useState({ owner: current.owner ?? '', description: current.description ?? '' })
  const [written, write] = useState(saved)
  return {
    written,
    write,
    saved,
    know: setSaved,
    changed: written.owner.trim() !== saved.owner || written.description.trim() !== saved.description,
    markSaved: () => setSaved({ owner: written.owner.trim(), description: written.description.trim() }),
  }
}

/** Who answers for a secret and what it is for, in words for the other admins. */
export function NotesFields({ notes: { written, write } }: { notes: NotesDraft }) {
  const hasNotes = written.owner !== '' || written.description !== ''
  return (
    <Fold label="Owner and description" startsOpen={hasNotes} open={false}>
      <TextInput
        label="Owner"
        description="A person or a team. Only admins read it."
        maxLength={200}
        autoComplete="off"
        value={written.owner}
        onChange={(event) => write({ ...written, owner: event.currentTarget.value })}
      />
      <Textarea
        label="Description"
        description="What it is for. It is stored as plain text: write no value here."
        maxLength={1000}
        rows={2}
        autoComplete="off"
        value={written.description}
        onChange={(event) => write({ ...written, description: event.currentTarget.value })}
      />
    </Fold>
  )
}
