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
import { watchForLeaks } from './leak-watch.ts'
import { openWorld, type World } from './world.ts'

let world: World
let page: Page
let id: string
beforeAll(async () => {
  world = await openWorld()
  await addSecrets(world, { STRIPE_KEY: 'fields-canary-1', GITHUB: 'fields-canary-2' })
  const url = 'https://api.test/{{ steps.first.output.body }}'
  id = await addAutomation(world, 'Fields', [
    { key: 'first', type: 'set-values', fields: { values: { n: 1 } } },
    {
      key: 'request',
      type: 'custom-http',
      fields: { url, bodyKind: 'json', body: { a: '{{ trigger.n }}' } },
    },
    { key: 'later', type: 'wait', fields: { seconds: 1 } },
  ])
  page = await world.open('admin', `/w/acme/automations/${id}`)
  await page.getByRole('button', { name: /^GET api\.test/ }).click()
  await textbox(page, 'URL').waitFor()
}, 120_000)
afterAll(() => world?.close())

const explorer = () => page.getByRole('complementary', { name: 'Variables' })
const end = async (name: string) => {
  await textbox(page, name).click()
  await page.keyboard.press('Control+End')
}
const saved = async () => {
  await page.keyboard.press('Control+s')
  await page.getByText('Saved', { exact: true }).waitFor()
  return (await savedAutomation(page, id)).steps.find(({ key }) => key === 'request')?.fields
}

describe('a template field', () => {
  it('shows chips, which the caret skips and Backspace removes as a whole', async () => {
    const url = textbox(page, 'URL')
    await expect.poll(() => url.textContent()).toBe('https://api.test/first.body')
    await end('URL')
    await page.keyboard.type('/x')
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('ArrowLeft')
    await page.keyboard.type('v1/')
    await expect.poll(() => url.textContent()).toBe('https://api.test/v1/first.body/x')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Backspace')
    await expect.poll(() => url.textContent()).toBe('https://api.test/v1//x')
    await page.keyboard.press('Control+z')
    await expect.poll(() => url.textContent()).toBe('https://api.test/v1/first.body/x')
  })

  it('copies the text behind the chips', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await textbox(page, 'URL').click()
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Control+c')
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
      'https://api.test/v1/{{ steps.first.output.body }}/x',
    )
    await page.keyboard.press('Control+End')
    await page.keyboard.press('Control+v')
    await expect.poll(() => textbox(page, 'URL').locator('.chip').count()).toBe(2)
    await page.keyboard.press('Control+z')
  })

  it('opens a chip with F2 to edit its text, and completes filters in it', async () => {
    await end('URL')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('F2')
    await expect.poll(() => textbox(page, 'URL').textContent()).toContain('{{ steps.first.output.body }}')
    await page.keyboard.type(' | ')
    await page.getByRole('option', { name: 'upper' }).waitFor()
    // The editor accepts keys for the list only when a person can have seen it (75 ms).
    await page.waitForTimeout(100)
    await page.keyboard.type('upp')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Control+End')
    await expect
      .poll(() => textbox(page, 'URL').textContent())
      .toBe('https://api.test/v1/first.body | upper/x')
  })

  it('closes its completion with Escape, and keeps the typed text', async () => {
    await end('URL')
    await page.keyboard.type('{{ s')
    await page.getByRole('listbox').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('listbox').waitFor({ state: 'hidden' })
    await expect.poll(() => textbox(page, 'URL').textContent()).toMatch(/\{\{ s$/)
    await textbox(page, 'URL').getByText('{{ s').waitFor()
    await page.getByText('A path begins with secrets, trigger or steps').waitFor()
    await expect.poll(() => textbox(page, 'URL').getAttribute('aria-invalid')).toBe('true')
    for (let press = 0; press < 4; press += 1) await page.keyboard.press('Backspace')
    await page.getByText('A path begins with').waitFor({ state: 'hidden' })
  })

  it('marks an unknown name, and fixes it', async () => {
    await end('URL')
    await page.keyboard.type('{{ secrets.STRIPE_KYE }}')
    await page.getByText('There is no secret STRIPE_KYE').waitFor()
    await shoot(page, 'unknown-secret')
    await page.getByRole('button', { name: 'Use STRIPE_KEY' }).click()
    await page.getByText('There is no secret').waitFor({ state: 'hidden' })
    await expect.poll(() => textbox(page, 'URL').textContent()).toMatch(/STRIPE_KEY$/)
    expect((await saved())?.['url']).toBe(
      'https://api.test/v1/{{ steps.first.output.body | upper }}/x{{ secrets.STRIPE_KEY }}',
    )
  })

  it('reports a step that does not run before this one', async () => {
    await end('URL')
    await page.keyboard.type('{{ steps.later.output }}')
    await page.getByText('The step later does not run before this one').waitFor()
    const marker = page.getByRole('list', { name: 'Steps' }).getByRole('img')
    await expect
      .poll(() => marker.getAttribute('aria-label'))
      .toContain('The step later does not run before this one')
    await page.keyboard.press('Backspace')
    await marker.waitFor({ state: 'hidden' })
  })

  it('shows a JSON structure as equivalent source text', async () => {
    await expect.poll(() => textbox(page, 'Body').textContent()).toBe('{  "a": trigger.n}')
    await page.getByText('JSON. A variable stands inside a string').waitFor()
  })

  it('tells of what is no JSON or no URL yet, and of a key that is typed in', async () => {
    const told = async (words: string, undo: () => Promise<void>) => {
      await page.getByText(words).waitFor()
      await undo()
      await page.getByText(words).waitFor({ state: 'hidden' })
    }
    await end('Body')
    await page.keyboard.type(',')
    await told('This is not JSON yet', () => page.keyboard.press('Backspace'))
    await textbox(page, 'URL').click()
    await page.keyboard.press('Control+Home')
    await page.keyboard.type('x')
    await told('This is no URL yet', () => page.keyboard.press('Backspace'))
    await end('URL')
    await page.keyboard.insertText(`?token=ghp_${'a1B2c3D4e5'.repeat(4)}`)
    await told('This looks like a key of GitHub', () => page.keyboard.press('Control+z'))
  })

  it('takes an expression for no mistake while it is typed', async () => {
    const typing = await world.open('member', `/w/acme/automations/${id}`)
    await typing.getByRole('button', { name: /api\.test/ }).click()
    await textbox(typing, 'URL').click()
    await typing.clock.install()
    await typing.clock.pauseAt(await typing.evaluate<number>('Date.now() + 1000'))
    await typing.keyboard.press('Control+End')
    await typing.keyboard.type('{{ nothing')
    expect(await typing.getByText('A path begins with').count()).toBe(0)
    await typing.clock.runFor(1000)
    await typing.getByText('A path begins with').waitFor()
    await typing.context().close()
  })
})

describe('the form', () => {
  it('shows a field while its condition holds, and keeps its content meanwhile', async () => {
    const choose = async (kind: string) => {
      await page.getByRole('combobox', { name: 'Body type' }).click()
      await page.getByRole('option', { name: kind, exact: true }).click()
    }
    await choose('form')
    await page.getByRole('group', { name: 'Form fields' }).waitFor()
    await expect.poll(() => textbox(page, 'Body').count()).toBe(0)
    await choose('text')
    await expect.poll(() => textbox(page, 'Body').textContent()).toBe('{  "a": trigger.n}')
    await expect.poll(() => page.getByText('JSON. A variable stands').count()).toBe(0)
    await choose('json')
  })

  it('replaces a choice with a variable', async () => {
    const method = page.getByRole('combobox', { name: 'Method' })
    await method.focus()
    await page.keyboard.press('Escape')
    await explorer().getByText('Method cannot hold secrets.').waitFor()
    await expect
      .poll(() => explorer().getByRole('button', { name: 'secrets.GITHUB' }).isDisabled())
      .toBe(true)
    await shoot(page, 'secrets-greyed')
    await explorer().getByRole('button', { name: 'trigger', exact: true }).click()
    await expect.poll(() => textbox(page, 'Method').textContent()).toBe('trigger')
    await page.getByRole('button', { name: 'Use a fixed value for Method' }).click()
    await expect.poll(() => method.inputValue()).toBe('GET')
  })

  it('accepts no secret in the name of a header', async () => {
    await page.getByRole('button', { name: 'Add headers' }).click()
    await page.getByText('Headers, name 1 cannot hold secrets.').waitFor()
    await page.keyboard.type('{{ git')
    await expect.poll(() => page.getByRole('option').count()).toBe(0)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Remove Headers 1' }).click()
  })

  it('points at the field that the API refuses', async () => {
    await page.getByRole('button', { name: 'Add headers' }).click()
    await page.keyboard.type('not a header name')
    await page.getByRole('button', { name: /^Wait/ }).click()
    await page.keyboard.press('Control+s')
    const alert = page.getByRole('alert').filter({ hasText: 'no header name' })
    await alert.waitFor()
    await textbox(page, 'URL').waitFor()
    await page.getByText('Row 1: its name is no header name').last().waitFor()
    await shoot(page, 'refused')
    await page.getByRole('button', { name: 'Remove Headers 1' }).click()
    await alert.waitFor({ state: 'hidden' })
    await saved()
  })

  it('lets an admin add a secret, and inserts it at the caret', async () => {
    await textbox(page, 'Body').click()
    await page.keyboard.press('Control+a')
    await page.keyboard.type('"')
    const watch = watchForLeaks(page)
    await explorer().getByRole('button', { name: 'Add secret' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add a secret' })
    await dialog.getByLabel('Name', { exact: true }).fill('fresh key')
    await dialog.getByLabel('Value', { exact: true }).fill('fields-canary-3')
    await dialog.getByRole('radio', { name: 'Any public host' }).check()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await expect.poll(() => textbox(page, 'Body').textContent()).toBe('"FRESH_KEY')
    expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('Body')
    await page.keyboard.type('"')
    expect((await saved())?.['body']).toBe('"{{ secrets.FRESH_KEY }}"')
    expect(watch.timesSent('fields-canary-3')).toBe(0)
    expect(await watch.placesOf('fields-canary-3')).toEqual([])
  })

  it('is accessible, wide and narrow, light and dark', async () => {
    await expectAccessible(page)
    await shoot(page, 'form-wide')
    await page.setViewportSize({ width: 360, height: 740 })
    await page.getByRole('button', { name: 'Step 2 of 3: request. Show all steps' }).waitFor()
    await expectAccessible(page)
    await shoot(page, 'form-narrow')
  })

  it('shows the explorer over the page on a narrow screen', async () => {
    await end('URL')
    await page.getByRole('button', { name: 'Insert a variable into URL' }).click()
    await page.getByRole('dialog', { name: 'Insert a variable' }).waitFor()
    await shoot(page, 'explorer-narrow')
    await explorer().getByRole('button', { name: 'secrets.GITHUB' }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await expect.poll(() => textbox(page, 'URL').textContent()).toMatch(/GITHUB$/)
    await expect.poll(() => page.evaluate('document.activeElement.ariaLabel')).toBe('URL')
    await page.getByRole('button', { name: /Show all steps/ }).click()
    await page
      .getByRole('dialog', { name: 'Steps' })
      .getByRole('button', { name: /^Trigger/ })
      .click()
    await page.getByRole('heading', { name: 'Trigger' }).waitFor()
    await shoot(page, 'trigger-narrow')
  })
})
