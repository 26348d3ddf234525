import { type ComponentType, cloneElement, type ReactElement, useEffect, useState } from 'react'
import { networkProblem } from '../api/problem.ts'
import { notifyProblem } from '../feedback/notify.ts'

/** What a menu that comes later is given: its button, which has the focus. */
export interface LaterMenuProps {
  button: ReactElement
}

/**
 * A button with a menu that is loaded and drawn by the first press: a list has as many as rows, and the first load of a
 * page needs none. When it cannot be loaded, a message says so, and the page stays as it is.
 */
export function LaterMenu<Props extends object>({
  button,
  load,
  ...props
}: {
  button: ReactElement<{ onClick?: () => void }>
  load: () => Promise<ComponentType<Props & LaterMenuProps>>
} & Props) {
  const [Menu, setMenu] = useState<ComponentType<Props & LaterMenuProps>>()
  const open = () =>
    void load().then(
      (loaded) => setMenu(() => loaded),
      () => notifyProblem(networkProblem()),
    )
  if (!Menu) {
    return cloneElement(button, { onClick: open, 'aria-haspopup': 'menu', 'aria-expanded': false } as object)
  }
  return (
    <Menu {...(props as unknown as Props)} button={cloneElement(button, { autoFocus: true } as object)} />
  )
}

/** The state of a menu that is open from the beginning. It is drawn closed first, so that it knows where the focus goes back. */
export function useOpenedAtOnce() {
  const [opened, setOpened] = useState(false)
  useEffect(() => setOpened(true), [])
  return { opened, onChange: setOpened }
}
