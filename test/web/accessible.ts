import axe from 'axe-core'
import type { Page } from 'playwright-core'

interface Violation {
  id: string
  help: string
  impact: string
  nodes: { target: string[] }[]
}

/**
 * What axe finds on the page that is serious or critical, one line for each element; empty is what we want. It looks
 * once more at what it finds: an animation may have begun after the page was still.
 */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  const found = await lookAt(page)
  return found.length > 0 ? lookAt(page) : found
}

async function lookAt(page: Page): Promise<string[]> {
  await untilStill(page)
  // Half a megabyte: once for each document.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source)
  const violations = await page.evaluate<Violation[]>(
    `axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)`,
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} at ${target.join(' ')}`))
}

/** Half way through a transition, colours are not what they are meant to be. */
async function untilStill(page: Page): Promise<void> {
  await page.evaluate(`Promise.all(
    document.getAnimations()
      .filter((it) => it.effect?.getTiming().iterations !== Infinity)
      .map((it) => it.finished.catch(() => undefined)),
  ).then(() => undefined)`)
}

/** How far (CSS pixels) the page is wider than the window: 0 when nothing has to be scrolled sideways. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - innerWidth')
}
