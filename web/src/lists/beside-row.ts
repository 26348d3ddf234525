/**
 * Where the focus goes when a row is gone: to the first button of its neighbour, or else to the heading of the page.
 *
 * @param label accessible name of a button in the row; the row is still there.
 */
export function besideRow(label: string): HTMLElement | null {
  const row = document.querySelector(`[aria-label="${CSS.escape(label)}"]`)?.closest('li, tr')
  const neighbour = row?.nextElementSibling ?? row?.previousElementSibling
  return neighbour?.querySelector('button') ?? document.querySelector('h1')
}
