import { afterAll, beforeAll, describe, it } from 'vitest'
import { button, enter, phoneOf, tabTo } from './by-keyboard.ts'
import { textbox } from './editor-support.ts'
import { openWorld, type World } from './world.ts'

// As both-ways.test.ts, for people and their rights.

const SETTINGS = '/w/acme/settings'

let world: World
beforeAll(async () => {
  world = await openWorld()
}, 120_000)
afterAll(() => world?.close())

const onPhone = phoneOf(() => world)

describe('people', () => {
  it('an admin changes a role after a question, invites, and makes and revokes a token', async () => {
    await onPhone('admin', `${SETTINGS}/members`, async (page) => {
      for (const [key, done] of [
        ['ArrowDown', 'Grace Hopper is now an admin.'],
        ['ArrowUp', 'Grace Hopper is now a member.'],
      ] as const) {
        await tabTo(page.getByLabel('Role of Grace Hopper'))
        await page.keyboard.press(key)
        await enter(button(page, 'Change the role'))
        await page.getByText(done).first().waitFor()
        await page.getByRole('dialog').waitFor({ state: 'detached' })
      }
      await enter(button(page, 'Invite'))
      await tabTo(page.getByRole('dialog').getByLabel('Email'))
      await page.keyboard.type('lin@example.com')
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').getByLabel('Link', { exact: true }).waitFor()
      await enter(button(page, 'Done'))
      await button(page, 'Revoke the invitation of lin@example.com').waitFor()
      await page.goto(`${SETTINGS}/tokens`)
      await enter(button(page, 'New token'))
      await tabTo(page.getByRole('dialog').getByLabel('Name', { exact: true }))
      await page.keyboard.type('Deploy')
      await page.keyboard.press('Enter')
      await page.getByLabel('Token', { exact: true }).waitFor()
      await enter(button(page, 'Done'))
      await enter(button(page, 'Revoke Deploy'))
      await enter(button(page.getByRole('dialog'), 'Revoke'))
      await page.getByText('The token Deploy was revoked.').first().waitFor()
    })
  })

  // The last one: the member is gone afterwards.
  it('a member changes their name, and leaves the workspace', async () => {
    await onPhone('member', '/security', async (page) => {
      await tabTo(textbox(page, 'Your name'))
      await page.keyboard.press('Control+a')
      await page.keyboard.type('Grace B. Hopper')
      await page.keyboard.press('Enter')
      await page.getByText('Your name is changed.').waitFor()
      await page.goto(`${SETTINGS}/workspace`)
      await enter(button(page, 'Leave the workspace'))
      await enter(button(page.getByRole('dialog'), 'Leave'))
      await page.waitForURL((url) => !url.pathname.startsWith('/w/acme'))
    })
  })
})
