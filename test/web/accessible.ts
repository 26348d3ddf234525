import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Result } from 'axe-core'
import type { Page } from 'playwright-core'

// The package itself exports a text of more than twice the size, which takes twice as long to load.
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * The serious or critical problems that axe finds on the page, one line for each element; it should be empty. A
 * problem is checked once more, because an animation may have begun after the page was still.
 */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  const found = await lookAt(page)
  return found.length > 0 ? lookAt(page) : found
}

async function lookAt(page: Page): Promise<string[]> {
  await untilStill(page)
  // The script is more than half a megabyte, so it is loaded once for each document.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe)
  const violations = await page.evaluate<Result[]>(
    `axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)`,
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} at ${target.join(' ')}`))
}

/** In the middle of a transition, colours are not final. */
async function untilStill(page: Page): Promise<void> {
  await page.evaluate(`Promise.all(
    document.getAnimations()
      .filter((it) => it.effect?.getTiming().iterations !== Infinity)
      .map((it) => it.finished.catch(() => undefined)),
  ).then(() => undefined)`)
}

/** By how many CSS pixels the page is wider than the window; 0 when no sideways scrolling is needed. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - innerWidth')
}
