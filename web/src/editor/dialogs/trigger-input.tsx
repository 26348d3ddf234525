import { Textarea } from '@mantine/core'
import { useState } from 'react'
import { parseJson } from '../../../../src/exact-json.ts'

/** What a person types for the trigger of a run. */
export interface TypedTrigger {
  text: string
  problem: string | undefined
  type(text: string): void
  /** What was typed, as data; or undefined, and the field says what is wrong with it. */
  read(): { input: unknown } | undefined
}

/** @param sample the trigger of the last run, as a start. */
export function useTypedTrigger(sample: unknown): TypedTrigger {
  const [text, setText] = useState(() => triggerText(sample))
  const [problem, setProblem] = useState<string>()
  return {
    text,
    problem,
    type: setText,
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
  try {
    return { input: parseJson(text) }
  } catch {
    return { problem: 'This is not JSON yet. Check quotes, commas and brackets.' }
  }
}

/** A large one is left out. What was redacted of it is only marks. */
function triggerText(sample: unknown): string {
  if (sample === undefined || sample === null) return ''
  const text = JSON.stringify(sample, null, 2)
  return text.length > 20_000 ? '' : text
}
