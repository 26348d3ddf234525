import { Button, Modal, Stack, Text } from '@mantine/core'
import { type KeyboardEvent, useEffect, useState } from 'react'
import { DialogActions } from './dialog-actions.tsx'

/** Above dialogs, their menus and everything else: whatever is open, the question is about it. */
const ABOVE_ALL = 400

/** Mantine closes every open dialog on Esc, unless the key was pressed in an element with this. */
const own = { 'data-mantine-stop-propagation': 'true' }

/** Asks before something that was typed is lost. The first button has the focus, and loses nothing. */
export function QuestionDialog({ opened, ...question }: QuestionProps & { opened: boolean }) {
  // It comes and goes as a whole: one that fades away would not take the focus when it is asked again.
  return opened && <Question {...question} />
}

interface QuestionProps {
  title: string
  children: string
  /** What the other button does: `Discard and leave`. */
  leave: string
  onStay: () => void
  onLeave: () => void
}

function Question({ title, children, leave, onStay, onLeave }: QuestionProps) {
  const [origin] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      if (origin instanceof HTMLElement && origin.isConnected) origin.focus({ preventScroll: true })
    },
    [origin],
  )
  const stayOnEsc = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onStay()
  }
  return (
    <Modal
      opened
      onClose={onStay}
      title={title}
      zIndex={ABOVE_ALL}
      withCloseButton={false}
      returnFocus={false}
      transitionProps={{ duration: 0 }}
    >
      <Stack gap="md" onKeyDown={stayOnEsc}>
        <Text size="sm">{children}</Text>
        <DialogActions onCancel={onStay} cancel="Stay" cancelFirst button={own}>
          <Button {...own} color="red.9" onClick={onLeave}>
            {leave}
          </Button>
        </DialogActions>
      </Stack>
    </Modal>
  )
}
