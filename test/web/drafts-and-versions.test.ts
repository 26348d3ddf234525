import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { graphql } from './as-viewer.ts'
import {
  addAutomation,
  expectAccessible,
  saveAsAnother,
  savedAutomation,
  shoot,
  textbox,
} from './editor-support.ts'
import { openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
}, 120_000)
afterAll(() => world?.close())

const says = (text: string) => [{ key: 'say', type: 'set-values', fields: { values: { text } } }]
const more = (page: Page) => page.getByRole('button', { name: 'More for this automation' })
const narrow = { width: 360, height: 800 }

async function draftOf(id: string) {
  const query = 'query($id: ID!) { automation(id: $id) { version draft { revision content { name } } } }'
  const { automation } = (await graphql(world.callers.admin, query, { id })) as {
    automation: { version: number; draft: { revision: number; content: { name: string } } | null }
  }
  return automation
}

describe('a draft', () => {
  it('of a new automation is kept although it is incomplete, by keyboard, and says that it does not run', async () => {
    const page = await world.open('member', '/w/acme/automations/new')
    await textbox(page, 'Name of the automation').fill('Half done')
    await page.getByRole('button', { name: 'Add step' }).click()
    await page.getByRole('dialog', { name: 'Add a step' }).waitFor()
    await page.keyboard.type('custom')
    await page.keyboard.press('Enter')
    await textbox(page, 'URL').waitFor()
    await more(page).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Save as draft' }).focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/automations\/acme\./)
    await page.getByText('Draft saved', { exact: true }).waitFor()
    await page.getByText('Nothing runs until you publish it.').waitFor()
    await expect.poll(() => page.getByRole('button', { name: 'Publish' }).isVisible()).toBe(true)
    await expectAccessible(page)
    await page.reload()
    await expect.poll(() => textbox(page, 'Name of the automation').inputValue()).toBe('Half done')
    await page.goto('/w/acme/automations')
    const row = page.getByRole('listitem').filter({ hasText: 'Half done' })
    await row.getByText('Draft', { exact: true }).waitFor()
    await world.leave(page)
  })

  it('is saved by Ctrl+S while the published version stays, and is published by its button', async () => {
    const id = await addAutomation(world, 'Published', says('1'))
    const page = await world.open('admin', `/w/acme/automations/${id}`)
    await textbox(page, 'Name of the automation').fill('Renamed')
    await more(page).click()
    await page.getByRole('menuitem', { name: 'Save as draft' }).click()
    await page.getByText('Version 1 runs until you publish it.').waitFor()
    await textbox(page, 'Name of the automation').fill('Renamed twice')
    await page.keyboard.press('Control+s')
    await page.getByText('Draft saved', { exact: true }).waitFor()
    expect(await draftOf(id)).toEqual({
      version: 1,
      draft: { revision: 2, content: { name: 'Renamed twice' } },
    })
    expect((await savedAutomation(world.callers.admin, id)).name).toBe('Published')
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByText('Saved', { exact: true }).waitFor()
    expect(await draftOf(id)).toEqual({ version: 2, draft: null })
    expect((await savedAutomation(world.callers.admin, id)).name).toBe('Renamed twice')
    await world.leave(page)
  })

  it('is thrown away after a question, and what runs is open again', async () => {
    const id = await addAutomation(world, 'Kept', says('1'))
    const page = await world.open('member', `/w/acme/automations/${id}`)
    await textbox(page, 'Name of the automation').fill('Never mind')
    await more(page).click()
    await page.getByRole('menuitem', { name: 'Save as draft' }).click()
    await page.getByText('Draft saved', { exact: true }).waitFor()
    await more(page).click()
    await page.getByRole('menuitem', { name: 'Discard the draft' }).click()
    await page.getByRole('button', { name: 'Discard', exact: true }).click()
    await page.getByText('Saved', { exact: true }).waitFor()
    await expect.poll(() => textbox(page, 'Name of the automation').inputValue()).toBe('Kept')
    expect((await draftOf(id)).draft).toBeNull()
    await world.leave(page)
  })

  it('that another person has changed meanwhile is not overwritten', async () => {
    const id = await addAutomation(world, 'Shared draft', says('1'))
    const page = await world.open('admin', `/w/acme/automations/${id}`)
    await textbox(page, 'Name of the automation').fill('Mine')
    const mutation = `mutation($input: SaveAutomationDraftInput!) { saveAutomationDraft(input: $input) { __typename } }`
    const input = { workspace: 'acme', automation: id, name: 'Theirs', steps: [] }
    await graphql(world.callers.member, mutation, { input })
    await more(page).click()
    await page.getByRole('menuitem', { name: 'Save as draft' }).click()
    await page.getByText('Someone else changed the draft').waitFor()
    expect((await draftOf(id)).draft?.content.name).toBe('Theirs')
    await page.close()
  })
})

describe('versions', () => {
  it.each([
    ['a wide window', undefined],
    ['a narrow window', narrow],
  ])('say who, when and what, and one click goes back, in %s', async (where, screen) => {
    const id = await addAutomation(world, `Versions in ${where}`, says('good'))
    await saveAsAnother(world, id, { steps: says('bad') })
    const page = await world.open('admin', `/w/acme/automations/${id}`, screen)
    await more(page).click()
    await page.getByRole('menuitem', { name: 'Versions' }).click()
    const dialog = page.getByRole('dialog', { name: 'Versions' })
    await dialog.getByRole('button', { name: /Version 2, runs now.*grace@example\.com/s }).waitFor()
    const first = dialog.getByRole('button', { name: /Version 1\b.*ada@example\.com/s })
    await first.focus()
    await page.keyboard.press('Enter')
    const difference = dialog.getByRole('region', { name: 'What is different' })
    await difference.getByText('good').waitFor()
    await expect
      .poll(() => difference.locator('[data-kind=removed]').allTextContents())
      .toEqual([expect.stringContaining('bad')])
    await expect
      .poll(() => difference.locator('[data-kind=added]').allTextContents())
      .toEqual([expect.stringContaining('good')])
    await expectAccessible(page)
    await shoot(page, `versions-${screen ? 'narrow' : 'wide'}`)
    await dialog.getByRole('button', { name: 'Go back to version 1' }).click()
    await page.getByText('Version 1 is back, as version 3.').waitFor()
    const { version, steps } = await savedAutomation(world.callers.admin, id)
    expect([version, steps]).toEqual([3, says('good')])
    await world.leave(page)
  })
})
