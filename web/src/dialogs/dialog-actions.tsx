import { Button, Group } from '@mantine/core'
import type { ReactNode } from 'react'

/** The buttons at the end of a dialog. The first one changes nothing. */
export function DialogActions({
  onCancel,
  cancel = 'Cancel',
  cancelFirst,
  button,
  children,
}: {
  onCancel: () => void
  cancel?: string
  /** The first button has the focus when the dialog opens, because what the others do cannot be undone. */
  cancelFirst?: boolean
  /** More attributes of the first button. */
  button?: Readonly<Record<`data-${string}`, string>>
  children: ReactNode
}) {
  return (
    <Group justify="flex-end" gap="xs">
      <Button variant="default" {...button} onClick={onCancel} data-autofocus={cancelFirst || undefined}>
        {cancel}
      </Button>
      {children}
    </Group>
  )
}
