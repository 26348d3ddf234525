import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Result } from 'axe-core'
import type { Page } from 'playwright-core'

// The package itself exports a text of more than twice the size, which takes twice as long to load.
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * The serious or critical problems that axe finds on the page, one line for each element; it should be empty. A
 * problem is checked again, because an animation may have begun after the page was still.
 */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  return again(page, ({ impact }) => impact === 'serious' || impact === 'critical')
}

/** All that axe finds on the page, in light and in dark. What is not about colours is looked at once. */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'light' })
  const inLight = await again(page, () => true)
  await page.emulateMedia({ colorScheme: 'dark' })
  const inDark = await again(page, () => true, ['color-contrast'])
  return [...inLight, ...inDark.map((it) => `${it}, in dark`)]
}

const LOOKS = 3

type Counts = (result: Result) => boolean

async function again(page: Page, counts: Counts, rules?: string[]): Promise<string[]> {
  let found = await lookAt(page, counts, rules)
  for (let looks = 1; found.length > 0 && looks < LOOKS; looks += 1) found = await lookAt(page, counts, rules)
  return found
}

// A menu or a list of choices belongs to its button, and needs no landmark around it: its element is at the end of the page.
// What loads has no heading yet: that takes the focus when it comes, and is read out then.
async function lookAt(page: Page, counts: Counts, rules?: string[]): Promise<string[]> {
  const options = { resultTypes: ['violations'], ...(rules && { runOnly: rules }) }
  await untilStill(page)
  // The script is more than half a megabyte, so it is loaded once for each document.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe)
  const violations = await page.evaluate<Result[]>(
    `axe.run(${JSON.stringify(options)}).then(({ violations }) => violations
      .filter(({ id }) => id !== 'page-has-heading-one' || !document.querySelector('[aria-busy=true]'))
      .map((it) => ({ ...it, nodes: it.nodes.filter(({ target }) => it.id !== 'region' || !isPopup(target)) })))
      function isPopup([selector]) { return document.querySelector(selector)?.closest('[data-portal]') }`,
  )
  return violations
    .filter(counts)
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
