import { TextInput } from '@mantine/core'
import { CopyIcon } from './copy-icon.tsx'

/** A text for a person to copy, which is shown only once. It is focused and selected, and a button copies it. */
export function CopyField({ label, text, hint }: { label: string; text: string; hint?: string }) {
  return (
    <TextInput
      label={label}
      description={hint}
      value={text}
      readOnly
      autoFocus
      ff="monospace"
      onFocus={(event) => event.currentTarget.select()}
      rightSection={<CopyIcon label={`Copy: ${label}`} text={text} />}
    />
  )
}
