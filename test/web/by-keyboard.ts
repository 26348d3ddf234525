import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { overflow } from './accessible.ts'
import type { World } from './world.ts'

const NARROW = { width: 360, height: 740 }

/** Opens pages in a narrow and dark window. Nothing on a page may be wider than the window when it is left. */
export const phoneOf =
  (world: () => World) =>
  async (person: 'admin' | 'member', path: string, work: (page: Page) => Promise<void>): Promise<void> => {
    const page = await world().open(person, path, NARROW)
    await page.emulateMedia({ colorScheme: 'dark' })
    await work(page)
    expect(await overflow(page)).toBe(0)
    await world().leave(page)
  }

export const hasFocus = async (it: Locator) => (await it.and(it.page().locator(':focus')).count()) === 1

/** Goes there with Tab alone, from where the focus is. */
export async function tabTo(target: Locator): Promise<void> {
  await target.waitFor()
  for (let left = 80; left > 0; left -= 1) {
    if (await hasFocus(target)) return
    await target.page().keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to ${target}.`)
}

export async function enter(target: Locator): Promise<void> {
  await tabTo(target)
  await target.page().keyboard.press('Enter')
}

/** The list of steps takes the focus while it opens, also from what somebody has reached before it is open. */
export async function openSteps(page: Page): Promise<void> {
  await enter(button(page, /Show all steps/))
  const isOpen =
    'document.activeElement.closest("[role=dialog]") !== null && document.getAnimations().length === 0'
  await expect.poll(() => page.evaluate(isOpen)).toBe(true)
}

/** Chooses in the open menu, with the arrow keys. */
export async function choose(page: Page, item: string): Promise<void> {
  const target = page.getByRole('menuitem', { name: item, exact: true })
  await target.waitFor()
  // The menu gives the focus to its first item once it is open.
  await expect.poll(() => page.evaluate('document.activeElement.role')).toBe('menuitem')
  for (let left = 8; left > 0 && !(await hasFocus(target)); left -= 1) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('menu').waitFor({ state: 'detached' })
}

export const button = (on: Page | Locator, name: string | RegExp) =>
  on.getByRole('button', { name, exact: typeof name === 'string' })
export const said = (page: Page, words: string) =>
  page.getByRole('status').filter({ hasText: words }).first().waitFor()

export async function showStep(page: Page, key: string): Promise<void> {
  await openSteps(page)
  await enter(page.locator(`[data-step="${key}"]`))
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}
