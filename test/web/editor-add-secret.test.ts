import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { graphql } from './as-viewer.ts'
import { addAutomation, expectAccessible, shoot, textbox } from './editor-support.ts'
import { watchForLeaks } from './leak-watch.ts'
import { openWorld, type World } from './world.ts'

let world: World
let id: string
beforeAll(async () => {
  world = await openWorld()
  id = await addAutomation(world, 'Suggests', [
    {
      key: 'ask',
      type: 'custom-http',
      fields: {
        url: 'https://api.acme.test:8443/v1?{{ trigger.query }}',
        headers: [{ name: 'X-Api-Key', value: '{{ trigger.key }}' }],
      },
    },
    {
      key: 'mail',
      type: 'send-email',
      fields: {
        ...{ host: 'smtp.acme.test', password: '{{ secrets.MAIL_PASSWORD }}', from: 'a@acme.test' },
        ...{ to: ['b@acme.test'], subject: 'Hello' },
      },
    },
  ])
}, 120_000)
afterAll(() => world?.close())

const open = async (screen?: { width: number; height: number }): Promise<Page> => {
  const page = await world.open('admin', `/w/acme/automations/${id}`, screen)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.getByText('Suggests').first().waitFor()
  return page
}
const policyOf = async (page: Page, name: string) => {
  const query = `query($name: String!) {
    secretPolicy(workspace: "acme", name: $name) { hosts methods paths places sealed }
  }`
  const data = await graphql(page, query, { name })
  return (data as { secretPolicy: object }).secretPolicy
}

describe('a secret that is added in the step editor', () => {
  it('can be bound to the host and the place of its field', async () => {
    const page = await open()
    await page.getByRole('button', { name: /^GET api\.acme\.test:8443/ }).click()
    await textbox(page, 'Headers, value 1').click()
    await page.keyboard.press('Control+a')
    const watch = watchForLeaks(page)
    const explorer = page.getByRole('complementary', { name: 'Variables' })
    await explorer.getByRole('button', { name: 'Add secret' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add a secret' })
    await dialog.getByText('This step sends it to api.acme.test:8443.').waitFor()
    // Nothing is selected in advance.
    await expect.poll(() => dialog.getByRole('radio', { checked: true }).count()).toBe(0)
    await dialog.getByRole('button', { name: 'Only to api.acme.test:8443' }).click()
    await dialog.getByRole('button', { name: 'Only in the header x-api-key' }).click()
    await expectAccessible(page)
    await shoot(page, 'add-secret-from-step')
    await dialog.getByLabel('Name', { exact: true }).fill('acme key')
    await dialog.getByLabel('Value', { exact: true }).fill('suggested-canary')
    const hiding = `getComputedStyle(document.querySelector('[role=dialog] .value-input')).webkitTextSecurity`
    expect(await page.evaluate(hiding)).toBe('disc')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await expect.poll(() => textbox(page, 'Headers, value 1').textContent()).toBe('ACME_KEY')
    expect(watch.timesSent('suggested-canary')).toBe(0)
    expect(await watch.placesOf('suggested-canary')).toEqual([])
    expect(await policyOf(page, 'ACME_KEY')).toEqual({
      ...{ hosts: ['api.acme.test:8443'], methods: [], paths: [], places: ['header:x-api-key'] },
      sealed: true,
    })
    await page.context().close()
  })

  it('can be bound the same way when it was missing, and the suggestion can be undone', async () => {
    const page = await open({ width: 360, height: 740 })
    await page.getByRole('button', { name: /Show all steps/ }).click()
    await page.locator('[data-step=mail]').click()
    await page.getByRole('button', { name: 'Add MAIL_PASSWORD' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add a secret' })
    const host = dialog.getByRole('button', { name: 'Only to smtp.acme.test' })
    const place = dialog.getByRole('button', { name: 'Only in the field password of send-email' })
    await host.click()
    await place.click()
    await expect.poll(() => host.getAttribute('aria-pressed')).toBe('true')
    await place.click()
    await dialog.getByRole('button', { name: 'More limits' }).click()
    await expect.poll(() => dialog.getByLabel('Only in these places').inputValue()).toBe('')
    await expectAccessible(page)
    await shoot(page, 'add-secret-limits-narrow')
    await dialog.getByLabel('Name', { exact: true }).fill('mail password')
    await dialog.getByLabel('Value', { exact: true }).fill('mended-canary')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })
    expect(await policyOf(page, 'MAIL_PASSWORD')).toMatchObject({ hosts: ['smtp.acme.test'], places: [] })
    await page.context().close()
  })
})
