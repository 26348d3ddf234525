import { Button, Group } from '@mantine/core'
import type { ReactNode } from 'react'

/** The buttons at the end of a dialog: the one that changes nothing, and then the others. */
export function DialogActions({
  onCancel,
  cancel = 'Cancel',
  cancelFirst,
  children,
}: {
  onCancel: () => void
  cancel?: string
  /** The dialog opens with the focus on it, where the other buttons cannot be undone. */
  cancelFirst?: boolean
  children: ReactNode
}) {
  return (
    <Group justify="flex-end" gap="xs">
      <Button variant="default" onClick={onCancel} data-autofocus={cancelFirst || undefined}>
        {cancel}
      </Button>
      {children}
    </Group>
  )
}
