import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  addAutomation,
  addSecrets,
  expectAccessible,
  savedAutomation,
  shoot,
  textbox,
} from './editor-support.ts'
import { openWorld, type World } from './world.ts'

let world: World
let page: Page
let id: string
beforeAll(async () => {
  world = await openWorld()
  await addSecrets(world, { STRIPE_KEY: 'explorer-canary-1', USER_NAME: 'explorer-canary-2' })
  const set = (key: string) => ({ key, type: 'set-values', fields: { values: { n: 1 } } })
  id = await addAutomation(world, 'Explorer', [
    ...['one', 'two', 'three', 'four'].map(set),
    {
      key: 'request',
      type: 'custom-http',
      fields: { url: 'https://api.test/', pagination: 'link', timeoutSeconds: 5 },
    },
    { key: 'other', type: 'custom-http', fields: { method: 'POST', url: 'https://other.test/' } },
  ])
  page = await world.open('admin', `/w/acme/automations/${id}`)
  await page.getByRole('button', { name: /^GET api\.test/ }).click()
  await textbox(page, 'URL').waitFor()
}, 120_000)
afterAll(() => world?.close())

const explorer = (on = page) => on.getByRole('complementary', { name: 'Variables' })
const save = async () => {
  await page.keyboard.press('Control+s')
  await page.getByText('Saved', { exact: true }).waitFor()
  return (await savedAutomation(page, id)).steps.find(({ key }) => key === 'request')?.fields
}

describe('the explorer', () => {
  it('folds its sections, by pointer and by keyboard, and has the steps just before open', async () => {
    const section = (name: string) => explorer().getByRole('button', { name: `Section ${name}` })
    await expect.poll(() => section('Trigger').getAttribute('aria-expanded')).toBe('false')
    await expect.poll(() => section('Step four').getAttribute('aria-expanded')).toBe('true')
    await section('Step four').click()
    await explorer()
      .getByRole('button', { name: 'steps.four.output', exact: true })
      .waitFor({ state: 'hidden' })
    await section('Step one').focus()
    await page.keyboard.press('Enter')
    await explorer().getByRole('button', { name: 'steps.one.output', exact: true }).waitFor()
  })

  it('keeps the secrets in sight, also when the window is low', async () => {
    for (const name of ['Trigger', 'Step two']) {
      const toggle = explorer().getByRole('button', { name: `Section ${name}` })
      if ((await toggle.getAttribute('aria-expanded')) === 'false') await toggle.click()
    }
    await page.setViewportSize({ width: 1280, height: 480 })
    await page.mouse.wheel(0, 4000)
    const box = await explorer().getByRole('button', { name: 'secrets.STRIPE_KEY' }).boundingBox()
    expect(box && box.y + box.height).toBeLessThanOrEqual(480)
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  it('says where a secret goes when the field takes none', async () => {
    await page.getByRole('combobox', { name: 'Method' }).focus()
    await page.keyboard.press('Escape')
    const words = 'Method cannot hold secrets. A secret goes into URL, Query parameters, Headers'
    await explorer().getByText(words).waitFor()
    await page.getByRole('button', { name: 'Add headers' }).click()
    await page.keyboard.type('{{ secrets.STRIPE_KEY }}')
    await page
      .getByText('Headers, name 1 cannot hold secrets. Take STRIPE_KEY out. A secret goes into')
      .waitFor()
    await page.getByRole('button', { name: 'Remove Headers 1' }).click()
  })
})

describe('the form', () => {
  it('folds what is rarely set, with what is set of it, and has one timeout', async () => {
    await page.getByRole('button', { name: /^GET api\.test/ }).click()
    await page.getByRole('button', { name: 'Pages (link)' }).waitFor()
    await page.getByRole('button', { name: 'Client certificate', exact: true }).waitFor()
    for (const name of [/^Pages/, /^Client certificate/, /^Timeout, retries/]) {
      expect(await page.getByRole('button', { name }).getAttribute('aria-expanded')).toBe('false')
    }
    await page.getByRole('button', { name: 'Timeout, retries and errors (Timeout in seconds: 5)' }).click()
    await expect.poll(() => page.getByLabel(/^Timeout/).count()).toBe(1)
    await expect.poll(() => page.getByLabel('Retries', { exact: true }).count()).toBe(0)
    await shoot(page, 'form-folded')
    await expectAccessible(page)
  })

  it.each([
    ['wide', { width: 1280, height: 700 }],
    ['narrow', { width: 360, height: 640 }],
  ] as const)(
    'keeps Save, Run and Test in sight while it is scrolled, on a %s screen',
    async (_name, size) => {
      await page.setViewportSize(size)
      await page.evaluate('window.scrollTo(0, document.body.scrollHeight)')
      for (const name of ['Save', 'Run', 'Test step']) {
        const button = page.getByRole('button', { name, exact: true })
        const box = await button.boundingBox()
        expect(box?.y).toBeGreaterThanOrEqual(0)
        expect(box?.y).toBeLessThan(size.height / 2)
        await button.click({ trial: true })
      }
      await expectAccessible(page)
      await page.setViewportSize({ width: 1280, height: 800 })
    },
  )
})

describe('the authorization of a request', () => {
  it('is written as templates, by pointer', async () => {
    await page.getByRole('button', { name: 'Authorization' }).click()
    const dialog = page.getByRole('dialog', { name: 'Authorization' })
    await dialog.getByRole('button', { name: 'Write into the step' }).click()
    await dialog.getByText('Choose a secret.').waitFor()
    await dialog.getByRole('combobox', { name: 'Secret with the token' }).click()
    await page.getByRole('option', { name: 'STRIPE_KEY' }).click()
    await shoot(page, 'authorization')
    await dialog.getByRole('button', { name: 'Write into the step' }).click()
    await dialog.waitFor({ state: 'hidden' })
    expect((await save())?.['headers']).toEqual([
      { name: 'Authorization', value: 'Bearer {{ secrets.STRIPE_KEY }}' },
    ])
  })

  it('is written by keyboard, and replaces what was there', async () => {
    await page.getByRole('button', { name: 'Authorization' }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Authorization' })
    await dialog.getByRole('radio', { name: 'Bearer token' }).focus()
    await page.keyboard.press('ArrowDown')
    for (const [label, secret] of [
      ['Secret with the user name', 'USER'],
      ['Secret with the password', 'STRIPE'],
    ] as const) {
      await dialog.getByRole('combobox', { name: label }).focus()
      await page.keyboard.type(secret)
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
    }
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'hidden' })
    expect((await save())?.['headers']).toEqual([
      { name: 'Authorization', value: '{{ secrets.USER_NAME | basic: secrets.STRIPE_KEY }}' },
    ])
  })

  it('can have a new secret, which is offered for the host of the request', async () => {
    await page.getByRole('button', { name: 'Authorization' }).click()
    await page.getByRole('radio', { name: 'API key in the URL' }).check()
    await page.getByRole('textbox', { name: 'Name of the parameter' }).fill('key')
    await page.getByRole('button', { name: 'Add a new secret for it' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add a secret' })
    await dialog.getByLabel('Name', { exact: true }).fill('query key')
    await dialog.getByLabel('Value', { exact: true }).fill('explorer-canary-3')
    await dialog.getByText('This step sends it to api.test.').waitFor()
    await dialog.getByRole('radio', { name: 'Any public host' }).check()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByRole('group', { name: 'Query parameters' }).getByText('QUERY_KEY').waitFor()
    expect((await save())?.['query']).toEqual([{ name: 'key', value: '{{ secrets.QUERY_KEY }}' }])
  })

  it('is there for a member, who adds no secrets', async () => {
    const member = await world.open('member', `/w/acme/automations/${id}`)
    await member.getByRole('button', { name: /^GET api\.test/ }).click()
    await member.getByRole('button', { name: 'Authorization' }).click()
    await member.getByRole('combobox', { name: 'Secret with the token' }).waitFor()
    await expect.poll(() => member.getByRole('button', { name: 'Add a new secret for it' }).count()).toBe(0)
    await expectAccessible(member)
    await world.leave(member)
  })
})
