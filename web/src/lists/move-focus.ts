/**
 * Moves the focus by the arrow keys from one row of a list to the next, and from the search field down to the first.
 *
 * @param selector finds the buttons of the rows.
 */
export function moveFocus(
  event: Pick<KeyboardEvent, 'key' | 'preventDefault'>,
  list: HTMLElement | null,
  selector: string,
): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const rows = [...(list?.querySelectorAll<HTMLElement>(selector) ?? [])]
  const at = rows.findIndex((it) => it.matches(':focus'))
  const next = rows[event.key === 'ArrowDown' ? at + 1 : at - 1]
  if (!next || (at === -1 && event.key === 'ArrowUp')) return
  event.preventDefault()
  next.focus()
}
