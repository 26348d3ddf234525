import { Textarea } from '@mantine/core'
import { useState } from 'react'
import { readSample, sampleText } from '../draft/test-data.ts'

/** What a person types for the trigger of a run. */
export interface TypedTrigger {
  text: string
  problem: string | undefined
  type(text: string): void
  /** What was typed, as data; or undefined, and the field says what is wrong with it. */
  read(): { input: unknown } | undefined
}

/**
 * @param sample the trigger of the last run, as a start.
 * @param kept what was typed before, and who keeps what is typed now.
 */
export function useTypedTrigger(
  sample: unknown,
  kept?: { text: string | undefined; keep(text: string): void },
): TypedTrigger {
  const [text, setText] = useState(() => kept?.text ?? sampleText(sample) ?? '')
  const [problem, setProblem] = useState<string>()
  return {
    text,
    problem,
    type(typed) {
      setText(typed)
      kept?.keep(typed)
    },
    read() {
      const read = readTrigger(text)
      setProblem('problem' in read ? read.problem : undefined)
      return 'problem' in read ? undefined : read
    },
  }
}

/** What the steps are to read as `trigger`, as JSON. */
export function TriggerInput({ typed: { text, problem, type } }: { typed: TypedTrigger }) {
  return (
    <Textarea
      label="Trigger"
      description="JSON that the steps read as trigger. Leave it empty for none."
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      ff="monospace"
      autosize
      minRows={3}
      maxRows={12}
      spellCheck={false}
      value={text}
      error={problem}
      onChange={(event) => type(event.currentTarget.value)}
    />
  )
}

function readTrigger(text: string): { input: unknown } | { problem: string } {
  if (text.trim() === '') return { input: null }
  const read = readSample(text)
  return 'problem' in read ? read : { input: read.value }
}
