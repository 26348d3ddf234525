import { afterAll, beforeAll, expect, it } from 'vitest'
import { graphql } from './as-viewer.ts'
import { expectAccessible, shoot } from './editor-support.ts'
import { openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
}, 120_000)
afterAll(() => world?.close())

it('a member cannot delete a workspace', async () => {
  const page = await world.open('member', '/w/acme/settings/workspace')
  await page.getByRole('button', { name: 'Leave the workspace' }).waitFor()
  await expect.poll(() => page.getByLabel('Name of the workspace').count()).toBe(0)
  expect(await page.getByRole('button', { name: 'Delete the workspace' }).count()).toBe(0)
  await world.leave(page)
})

it('an admin deletes a workspace by typing its name, by keyboard and on a narrow screen', async () => {
  const page = await world.open('admin', '/w/acme/settings/workspace', { width: 360, height: 740 })
  await page.getByRole('button', { name: 'Delete the workspace' }).focus()
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Delete Acme?' })
  const field = dialog.getByRole('textbox', { name: 'Type Acme to confirm' })
  await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('INPUT')
  await page.keyboard.type('acme')
  await page.keyboard.press('Enter')
  await dialog.getByRole('alert').filter({ hasText: 'not the name of the workspace' }).waitFor()
  await expectAccessible(page)
  await shoot(page, 'delete-workspace')
  const own = '{ viewer { workspaces { id } } }'
  expect(await graphql(page, own, {})).toEqual({ viewer: { workspaces: [{ id: 'acme' }] } })
  await field.fill('Acme')
  await page.keyboard.press('Enter')
  await page.getByText('Acme was deleted.').waitFor()
  await page.waitForURL((url) => !url.pathname.startsWith('/w/acme'))
  expect(await graphql(page, own, {})).toEqual({ viewer: { workspaces: [] } })
  await page.goto('/w/acme/automations')
  await page.getByRole('heading', { name: 'There is no such workspace' }).waitFor()
  await page.context().close()
})
