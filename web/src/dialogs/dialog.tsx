import { Modal, type ModalProps } from '@mantine/core'
import { useEffect, useState } from 'react'

/**
 * A modal dialog that is open while it is rendered. The focus starts at the element marked `data-autofocus`, and
 * goes back to where it came from when the dialog goes away, unless somebody has moved it elsewhere.
 */
export function Dialog(
  props: Pick<ModalProps, 'title' | 'onClose' | 'size' | 'closeOnClickOutside' | 'children'>,
) {
  const [origin] = useState(opener)
  useEffect(
    () => () => {
      if (document.activeElement !== document.body) return
      const target = origin?.isConnected ? origin : document.getElementById('content')
      if (target instanceof HTMLElement) target.focus({ preventScroll: true })
    },
    [origin],
  )
  return <Modal opened returnFocus={false} {...props} />
}

/** The element that has the focus. An item of a menu is about to go, so that the button of the menu counts for it. */
function opener(): Element | null {
  const { activeElement } = document
  const button = activeElement?.closest('[role=menu]')?.getAttribute('aria-labelledby')
  return button ? document.getElementById(button) : activeElement
}
