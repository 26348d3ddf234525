import { afterAll, beforeAll, expect, it } from 'vitest'
import { graphql } from './as-viewer.ts'
import { addAutomation, expectAccessible, shoot } from './editor-support.ts'
import { openWorld, type World } from './world.ts'

let world: World
let id: string
beforeAll(async () => {
  world = await openWorld()
  id = await addAutomation(world, 'Told', [
    { key: 'keep', type: 'set-values', fields: { values: '{"a":1}' } },
  ])
}, 120_000)
afterAll(() => world?.close())

it('a member chooses who is told of failed runs, by keyboard and on a narrow screen', async () => {
  const page = await world.open('member', `/w/acme/automations/${id}`, { width: 360, height: 740 })
  await page.getByRole('button', { name: /Show all steps/ }).click()
  await page.getByRole('button', { name: 'Trigger', exact: true }).click()
  await page.getByText('Nobody is told.').waitFor()
  await page.getByRole('button', { name: 'Failure alerts…' }).focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Failure alerts' })
  await dialog.getByText('This instance sends no mails').waitFor()
  await page.keyboard.type('ada')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await dialog.getByRole('textbox', { name: 'POST to' }).fill('no url')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByRole('alert').filter({ hasText: 'has to begin with https://' }).waitFor()
  await expectAccessible(page)
  await shoot(page, 'alerts')
  await dialog.getByRole('textbox', { name: 'POST to' }).fill('https://hooks.example.com/t/1')
  await dialog.getByRole('textbox', { name: 'Once in this time at most' }).fill('90')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByText('ada@example.com, hooks.example.com are told, once in 90 min at most.').waitFor()
  const query = 'query($id: ID!) { automation(id: $id) { failureAlert { recipients url everyMinutes } } }'
  expect(await graphql(page, query, { id })).toEqual({
    automation: {
      failureAlert: {
        ...{ recipients: ['ada@example.com'], url: 'https://hooks.example.com/t/1', everyMinutes: 90 },
      },
    },
  })
  await page.context().close()
})
