import type { Locator, Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { accessibilityFindings, overflow } from '../accessible.ts'
import type { World } from '../world.ts'

/** A state of a page, as whom it is seen, its address, and what leads from there to it and waits until it is there. */
export type State = [
  name: string,
  as: 'admin' | 'member' | undefined,
  path: string | (() => string),
  reach: (page: Page) => Promise<unknown>,
]

const SCREENS = [
  { width: 1280, height: 800 },
  { width: 360, height: 740 },
] as const

/** Checks each state with axe: in a wide and in a narrow window, in light and in dark. Nothing may be wider than the window. */
export function walk(world: () => World, states: readonly State[]): void {
  it.each(states)('%s', { timeout: 90_000 }, async (_name, as, path, reach) => {
    for (const screen of SCREENS) {
      const page = await world().open(as, typeof path === 'string' ? path : path(), screen)
      await reach(page)
      expect(await accessibilityFindings(page), `${screen.width} px`).toEqual([])
      expect(await overflow(page), `${screen.width} px`).toBe(0)
      await world().leave(page)
    }
  })
}

/** As {@link hold}, where the page has no heading as long as it loads. */
export async function holdStart(page: Page, document: string): Promise<void> {
  await page.route('**/graphql', (route) =>
    route.request().postData()?.includes(`"operationName":"${document}"`) ? undefined : route.fallback(),
  )
  await page.reload()
}

/** Lets the answers to a document of the web app wait for ever: what loads stays as it is. */
export async function hold(page: Page, document: string): Promise<void> {
  await holdStart(page, document)
  // The shell has no heading: the page is there once it has one.
  await page.getByRole('heading', { level: 1 }).first().waitFor()
}

/** Answers a document of the web app with a failure. */
export async function fail(page: Page, document: string): Promise<void> {
  await page.route('**/graphql', (route) =>
    route.request().postData()?.includes(`"operationName":"${document}"`)
      ? route.fulfill({ status: 500, body: '' })
      : route.fallback(),
  )
  await page.reload()
}

export const press = async (on: Page | Locator, name: string): Promise<void> => {
  await on.getByRole('button', { name, exact: true }).click()
}

/** A state that is there once a text is. */
export const text =
  (words: string | RegExp) =>
  (page: Page): Promise<void> =>
    page.getByText(words).first().waitFor()

/** The dialog that is open. */
export const dialog = (page: Page): Locator => page.getByRole('dialog')

/** The row of a list. */
export const row = (page: Page, name: string): Locator => page.getByRole('listitem').filter({ hasText: name })
