import { Modal, type ModalProps } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { QuestionDialog } from './question-dialog.tsx'
import { useLeaving } from './use-leaving.ts'
import { useUnsaved } from './use-unsaved.ts'

type DialogProps = Pick<ModalProps, 'title' | 'onClose' | 'size' | 'closeOnClickOutside' | 'children'> & {
  /** Closing loses nothing that was typed: it is sent, or kept elsewhere, or is no more than a confirmation. */
  keepsTyped?: boolean
  /** Something was typed that no field shows any more. */
  hasTyped?: boolean
}

/**
 * A modal dialog that is open while it is rendered. The focus starts at the element marked `data-autofocus`, and
 * goes back to where it came from when the dialog goes away, unless somebody has moved it elsewhere. Once something was
 * typed, Esc, a click beside the dialog and leaving the page ask first.
 */
export function Dialog({ keepsTyped, hasTyped, onClose, children, ...props }: DialogProps) {
  const [origin] = useState(opener)
  useEffect(
    () => () => {
      if (document.activeElement !== document.body) return
      const target = origin?.isConnected ? origin : document.getElementById('content')
      if (target instanceof HTMLElement) target.focus({ preventScroll: true })
    },
    [origin],
  )
  const typed = useRef<boolean>(false)
  const [closing, setClosing] = useState(false)
  const wouldLose = () => !keepsTyped && (typed.current || hasTyped === true)
  useUnsaved(wouldLose)
  const leaving = useLeaving(wouldLose)
  const isOnTop = useIsOnTop()
  const close = () => {
    // Mantine tells every open dialog of Esc, also one below another or below the question.
    if (closing || leaving.isAsked || !isOnTop()) return
    if (wouldLose()) setClosing(true)
    else onClose()
  }
  return (
    <>
      <Modal opened returnFocus={false} {...props} onClose={close}>
        <div
          onInput={({ target }) => {
            // A choice is made again in no time.
            if (target instanceof HTMLInputElement && /^(?:radio|checkbox)$/.test(target.type)) return
            typed.current = true
          }}
        >
          {children}
        </div>
      </Modal>
      <QuestionDialog
        opened={closing || leaving.isAsked}
        title="Close without saving?"
        leave="Discard"
        onStay={() => {
          setClosing(false)
          leaving.stay()
        }}
        onLeave={() => {
          setClosing(false)
          if (leaving.isAsked) leaving.leave()
          else onClose()
        }}
      >
        What you typed in this dialog is not saved.
      </QuestionDialog>
    </>
  )
}

/** The element that has the focus. An item of a menu is about to go, so that the button of the menu counts for it. */
function opener(): Element | null {
  const { activeElement } = document
  const button = activeElement?.closest('[role=menu]')?.getAttribute('aria-labelledby')
  return button ? document.getElementById(button) : activeElement
}

const openDialogs: symbol[] = []

/** @returns whether no dialog was opened above this one. */
function useIsOnTop(): () => boolean {
  const [own] = useState(() => Symbol())
  useEffect(() => {
    openDialogs.push(own)
    return () => {
      // Later than the key that closes it: the dialog below is told of the same key.
      setTimeout(() => openDialogs.splice(openDialogs.indexOf(own), 1))
    }
  }, [own])
  return () => openDialogs.at(-1) === own
}
