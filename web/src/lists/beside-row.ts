/**
 * The element that gets the focus when a row is removed: the first button of its neighbour, or the heading of the page.
 *
 * @param label the accessible name of a button in the row. The row is still there.
 */
export function besideRow(label: string): HTMLElement | null {
  const row = document.querySelector(`[aria-label="${CSS.escape(label)}"]`)?.closest('li, tr')
  const neighbour = row?.nextElementSibling ?? row?.previousElementSibling
  return neighbour?.querySelector('button') ?? document.querySelector('h1')
}
