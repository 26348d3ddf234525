import { Modal } from '@mantine/core'
import { type ReactNode, useEffect, useState } from 'react'

/**
 * A modal dialog that is open while it is rendered. The focus starts at the element marked `data-autofocus`, and
 * goes back to where it came from when the dialog goes away, unless somebody has moved it elsewhere.
 */
export function Dialog({
  title,
  onClose,
  children,
}: {
  title: ReactNode
  onClose: () => void
  children: ReactNode
}) {
  const [origin] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      if (document.activeElement !== document.body) return
      const target = origin?.isConnected ? origin : document.getElementById('content')
      if (target instanceof HTMLElement) target.focus({ preventScroll: true })
    },
    [origin],
  )
  return (
    <Modal opened onClose={onClose} title={title} returnFocus={false} classNames={{ title: 'dialog-title' }}>
      {children}
    </Modal>
  )
}
