import type { Locator, Page } from 'playwright-core'

/** The row of a secret on the secrets page. */
export const rowOf = (page: Page, name: string): Locator =>
  page.getByRole('list', { name: 'Secrets' }).getByRole('listitem').filter({ hasText: name })

/** The names of all rows, in order. */
export const names = (page: Page): Promise<string[]> =>
  page.getByRole('list', { name: 'Secrets' }).locator('code').allTextContents()
