import { Button, CopyButton, Group, Stack, Text, Textarea } from '@mantine/core'
import { Dialog } from './dialog.tsx'

/** Shows a command for a shell, to be copied. It holds names of secrets and no values. */
export function CommandDialog({
  title,
  command,
  variables,
  notes = [],
  onClose,
}: {
  title: string
  command: string
  /** What a person sets in the shell first. */
  variables: readonly string[]
  notes?: readonly string[]
  onClose: () => void
}) {
  return (
    <Dialog title={title} size="lg" onClose={onClose}>
      <Stack gap="sm">
        <Textarea
          label="Command"
          description="For bash, zsh and other shells of Linux and macOS."
          inputWrapperOrder={['label', 'input', 'description']}
          value={command}
          readOnly
          ff="monospace"
          autosize
          maxRows={16}
          data-autofocus
          onFocus={(event) => event.currentTarget.select()}
        />
        {variables.length > 0 && (
          <Text size="sm">
            It reads {variables.length === 1 ? 'this secret from a variable' : 'these secrets from variables'}{' '}
            of the shell, which you set first: <code>{variables.join(', ')}</code>. Lockstep shows no value.
          </Text>
        )}
        {notes.map((note) => (
          <Text key={note} size="sm" c="dimmed">
            {note}
          </Text>
        ))}
        <Group justify="flex-end">
          <CopyButton value={command}>
            {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}
          </CopyButton>
        </Group>
      </Stack>
    </Dialog>
  )
}
