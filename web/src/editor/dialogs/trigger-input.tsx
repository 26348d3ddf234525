import { Textarea } from '@mantine/core'

/** What the steps are to read as `trigger`, as JSON. */
export function TriggerInput({
  text,
  onChange,
  problem,
}: {
  text: string
  onChange: (text: string) => void
  problem: string | undefined
}) {
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
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

/** What was typed, or what is wrong with it. */
export function readTrigger(text: string): { input: unknown } | { problem: string } {
  if (text.trim() === '') return { input: null }
  try {
    return { input: JSON.parse(text) as unknown }
  } catch {
    return { problem: 'This is not JSON yet. Check quotes, commas and brackets.' }
  }
}

/** The trigger of the last run, as a start; the redacted parts of it are only marks. */
export function triggerText(sample: unknown): string {
  if (sample === undefined || sample === null) return ''
  const text = JSON.stringify(sample, null, 2)
  return text.length > 20_000 ? '' : text
}
