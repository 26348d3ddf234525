import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { flushSync } from 'react-dom'
import { type DraftStep, keyProblem } from '../draft/draft.ts'
import { useEditor } from '../state/editor-context.ts'
import { isSaveKey } from '../state/use-save-key.ts'

/**
 * The key by which later steps refer to this one. A new key takes effect when typing ends, and the references follow.
 */
export function KeyField({ step }: { step: DraftStep }) {
  const { draft, change } = useEditor()
  const [typed, setTyped] = useState<string | undefined>(undefined)
  const key = typed ?? step.key
  const problem = keyProblem(key, step.id, draft.steps)
  const commit = () => {
    if (!problem && key !== step.key) change({ kind: 'key', step: step.id, key })
    if (!problem) setTyped(undefined)
  }
  return (
    <TextInput
      label="Key"
      description={`Later steps read what this one gives back as steps.${step.key}.output. They follow when you rename it.`}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      ff="monospace"
      classNames={{ input: 'key-input' }}
      spellCheck={false}
      autoComplete="off"
      autoCapitalize="none"
      value={key}
      error={problem}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        // The key takes effect here first, because the page hears of the key press later and then saves.
        if (event.key === 'Enter' || isSaveKey(event)) flushSync(commit)
        if (event.key === 'Escape') setTyped(undefined)
      }}
    />
  )
}
