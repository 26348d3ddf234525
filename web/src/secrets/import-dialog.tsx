import './dialogs.css'
import { useEffect, useRef, useState } from 'react'
import { type EnvEntry, parseEnvFile } from '../../../src/secret/env-file.ts'
import { Dialog } from '../dialogs/dialog.tsx'
import { ImportReview } from './import-review.tsx'
import { ImportSource } from './import-source.tsx'

/**
 * Imports the secrets of a `.env` file. What is pasted or dropped is full of values. It is read in the browser, and each
 * value is sealed before it is sent. No state holds a value, because React would keep that for a while.
 */
export function ImportDialog({
  onClose,
  onChanged,
  onDone,
}: {
  onClose: () => void
  /** Some are saved, and others are not. */
  onChanged: () => void
  /** @param done says what was done. */
  onDone: (done: string) => void
}) {
  const [isRead, setIsRead] = useState(false)
  const entries = useRef<readonly EnvEntry[]>([])
  useNoDropElsewhere()
  const read = (text: string): boolean => {
    const found = parseEnvFile(text)
    if (found.length === 0) return false
    entries.current = found
    setIsRead(true)
    return true
  }
  return (
    <Dialog title="Import a .env file" size="xl" hasTyped={isRead} onClose={onClose}>
      {isRead ? (
        <ImportReview entries={entries} onClose={onClose} onChanged={onChanged} onDone={onDone} />
      ) : (
        <ImportSource onRead={read} onClose={onClose} />
      )}
    </Dialog>
  )
}

/** A file that is dropped beside its place would be opened by the browser in the place of the app, with all its values. */
function useNoDropElsewhere(): void {
  useEffect(() => {
    const refuse = (event: DragEvent) => event.preventDefault()
    window.addEventListener('dragover', refuse)
    window.addEventListener('drop', refuse)
    return () => {
      window.removeEventListener('dragover', refuse)
      window.removeEventListener('drop', refuse)
    }
  }, [])
}
