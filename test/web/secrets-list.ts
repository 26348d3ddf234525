import type { Locator, Page } from 'playwright-core'

/** The row of a secret on the secrets page. */
export const rowOf = (page: Page, name: string): Locator =>
  page.getByRole('list', { name: 'Secrets' }).getByRole('listitem').filter({ hasText: name })

/** The names of all rows, in order. */
export const names = (page: Page): Promise<string[]> =>
  page.getByRole('list', { name: 'Secrets' }).locator('code').allTextContents()

/** Closes a dialog in which something was typed, and says that it is not wanted. */
export async function discardTyped(page: Page): Promise<void> {
  await page.keyboard.press('Escape')
  const question = page.getByRole('dialog', { name: 'Close without saving?' })
  await question.getByRole('button', { name: 'Discard' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}
