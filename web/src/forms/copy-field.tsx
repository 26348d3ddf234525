import { ActionIcon, CopyButton, TextInput, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'

/** A text to take along, in a dialog that shows it once: it has the focus and is selected, and a button copies it. */
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
      rightSection={<CopyIcon label={label} text={text} />}
    />
  )
}

function CopyIcon({ label, text }: { label: string; text: string }) {
  return (
    <CopyButton value={text} timeout={2000}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : 'Copy'}>
          <ActionIcon
            variant="subtle"
            color={copied ? 'teal' : 'gray'}
            aria-label={copied ? 'Copied' : `Copy: ${label}`}
            onClick={copy}
          >
            {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  )
}
