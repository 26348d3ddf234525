import { Button, Modal, Stack, Text } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import { DialogActions } from '../../dialogs/dialog-actions.tsx'

/** Asks before a page with unsaved changes is left. */
export function LeaveDialog({ dirty, onDiscard }: { dirty: boolean; onDiscard: () => void }) {
  const { status, proceed, reset } = useBlocker({
    // A person whose session has ended signs in and comes back. The changes wait in memory.
    shouldBlockFn: ({ next }) => dirty && next.pathname !== '/sign-in',
    enableBeforeUnload: () => dirty,
    withResolver: true,
  })
  return (
    <Modal opened={status === 'blocked'} onClose={() => reset?.()} title="Leave without saving?">
      <Stack gap="md">
        <Text size="sm">Your changes to this automation are not saved.</Text>
        <DialogActions onCancel={() => reset?.()} cancel="Stay" cancelFirst>
          <Button
            color="red.9"
            onClick={() => {
              onDiscard()
              proceed?.()
            }}
          >
            Discard and leave
          </Button>
        </DialogActions>
      </Stack>
    </Modal>
  )
}
