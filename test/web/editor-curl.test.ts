import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { graphql } from './as-viewer.ts'
import { addAutomation, expectAccessible, savedAutomation, shoot, textbox } from './editor-support.ts'
import { watchForLeaks } from './leak-watch.ts'
import { discardTyped } from './secrets-list.ts'
import { openWorld, type World } from './world.ts'

// The value is assembled here, so that no scanner reports it as a leaked token.
const VALUE = `ghp_${'curlCanary01'.repeat(3)}`
let world: World
let echo: EchoServer
let command: string
beforeAll(async () => {
  ;[world, echo] = await Promise.all([openWorld(), startEchoServer()])
  command = `curl -X POST '${echo.url}/items' -H 'Authorization: Bearer ${VALUE}' -H 'X-Plain: yes' -d '{"a":1}'`
}, 120_000)
afterAll(async () => {
  await world?.close()
  await echo?.close()
})

async function open(person: 'admin' | 'member'): Promise<Page> {
  const step = { key: 'request', type: 'custom-http', fields: { url: 'https://before.test' } }
  const id = await addAutomation(world, `Of ${person}`, [step])
  const page = await world.open(person, `/w/acme/automations/${id}`)
  await textbox(page, 'URL').waitFor()
  return page
}

const paste = (page: Page, text: string) =>
  page.evaluate(
    `(() => {
      const data = new DataTransfer()
      data.setData('text/plain', ${JSON.stringify(text)})
      document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
    })()`,
  )

describe('a pasted cURL command', () => {
  it('fills in the step, and its credential becomes a secret that is not shown again', async () => {
    const page = await open('admin')
    const watch = watchForLeaks(page)
    await textbox(page, 'URL').click()
    await paste(page, command)
    const dialog = page.getByRole('dialog', { name: 'Paste cURL' })
    await dialog.getByText(`A POST request to ${new URL(echo.url).host}`).waitFor()
    await shoot(page, 'curl')
    await expectAccessible(page)
    expect(await page.content()).not.toContain(VALUE)
    // The command names its host, so the secret is bound to it by default.
    const bound = dialog.getByRole('radio', { name: `Only to ${echo.url}` })
    await expect.poll(() => bound.isChecked()).toBe(true)
    await dialog.getByRole('radio', { name: 'Any public host' }).check()
    await bound.check()
    await dialog.getByRole('checkbox', { name: 'Only in the header authorization' }).check()
    await dialog.getByText('This looks like a value of GitHub').waitFor()
    await dialog.getByRole('textbox', { name: /^Name of the secret/ }).fill('curl token')
    await dialog.getByRole('button', { name: 'Add and fill in' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await expect.poll(() => textbox(page, 'URL').textContent()).toBe(`${echo.url}/items`)
    await expect.poll(() => textbox(page, 'Headers, value 1').textContent()).toBe('Bearer CURL_TOKEN')
    await page.keyboard.press('Control+s')
    await page.getByText('Saved', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Test step' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Test', exact: true }).click()
    await page.getByText('Succeeded').waitFor({ timeout: 30_000 })
    expect(echo.received.at(-1)).toMatchObject({ method: 'POST', body: '{"a":1}' })
    expect(echo.received.at(-1)?.headers['authorization']).toBe(`Bearer ${VALUE}`)
    const query = '{ secretPolicy(workspace: "acme", name: "CURL_TOKEN") { hosts places sealed } }'
    expect(await graphql(page, query, {})).toEqual({
      secretPolicy: { hosts: [echo.url], places: ['header:authorization'], sealed: true },
    })
    // The value was sealed in the browser and never left it in the clear.
    expect(watch.timesSent(VALUE)).toBe(0)
    expect(await watch.placesOf(VALUE)).toEqual([])
    await world.app.expectNoCanary(VALUE)
  })

  it('makes no secret of an invalid value, and of a guessable one only after a confirmation', async () => {
    const page = await open('admin')
    const read = async (password: string) => {
      await page.getByRole('button', { name: 'Paste cURL' }).click()
      const dialog = page.getByRole('dialog', { name: 'Paste cURL' })
      await dialog.getByLabel('Command').fill(`curl '${echo.url}' -d 'password=${password}'`)
      await dialog.getByRole('button', { name: 'Read' }).click()
      return { dialog, add: dialog.getByRole('button', { name: 'Add and fill in' }) }
    }
    const large = await read('x'.repeat(65_537))
    await large.dialog.getByRole('alert').filter({ hasText: 'over 64 KiB' }).waitFor()
    await expect.poll(() => large.add.isDisabled()).toBe(true)
    await discardTyped(page)
    const simple = await read('Summer2026!')
    await expect.poll(() => simple.add.isDisabled()).toBe(true)
    await simple.dialog.getByRole('checkbox', { name: 'I know that this can be guessed' }).check()
    await expectAccessible(page)
    await simple.add.click()
    await simple.dialog.waitFor({ state: 'hidden' })
    await expect.poll(() => textbox(page, 'Form fields, value 1').textContent()).toMatch(/PASSWORD$/)
    await page.context().close()
  })

  it.each([
    [
      'types and names of parts',
      `curl -F 'meta={"a":1};type=application/json;filename=m.json' -F plain=x https://parts.test/x`,
      {
        method: 'POST',
        bodyKind: 'multipart',
        form: [
          { name: 'meta', value: '{"a":1}' },
          { name: 'plain', value: 'x' },
        ],
        partTypes: [{ name: 'meta', value: 'application/json' }],
        fileNames: [{ name: 'meta', value: 'm.json' }],
      },
    ],
    [
      'the head of a request of any method',
      'REPORT /cal/x HTTP/1.1\r\nHost: dav.test\r\nDepth: 1\r\n\r\n<a/>',
      {
        method: 'OTHER',
        otherMethod: 'REPORT',
        url: 'https://dav.test/cal/x',
        bodyKind: 'text',
        body: '<a/>',
      },
    ],
    [
      'a command of PowerShell',
      `curl.exe https://ps.test/x \`\n -H 'Content-Type: text/plain' \`\n -d 'it''s'`,
      { method: 'POST', url: 'https://ps.test/x', bodyKind: 'text', body: "it's" },
    ],
  ])('with %s fills in the fields for it, and they are saved', async (_what, text, fields) => {
    const step = { key: 'request', type: 'custom-http', fields: { url: 'https://before.test' } }
    const id = await addAutomation(world, 'Pasted', [step])
    const page = await world.open('admin', `/w/acme/automations/${id}`)
    await textbox(page, 'URL').waitFor()
    await page.getByRole('button', { name: 'Paste cURL' }).click()
    const dialog = page.getByRole('dialog', { name: 'Paste cURL' })
    await dialog.getByLabel('Command').fill(text)
    await dialog.getByRole('button', { name: 'Read' }).click()
    await dialog.getByRole('button', { name: 'Fill in the step' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.keyboard.press('Control+s')
    await page.getByText('Saved', { exact: true }).waitFor()
    expect((await savedAutomation(page, id)).steps[0]?.fields).toMatchObject(fields)
    await page.context().close()
  })

  it('that a member pastes refers to secrets that an admin has to add', async () => {
    const page = await open('member')
    const watch = watchForLeaks(page)
    await page.getByRole('button', { name: 'Paste cURL' }).click()
    const dialog = page.getByRole('dialog', { name: 'Paste cURL' })
    await dialog.getByLabel('Command').fill('wget https://api.test')
    await dialog.getByRole('button', { name: 'Read' }).click()
    await dialog.getByRole('alert').filter({ hasText: 'does not begin with curl' }).waitFor()
    await dialog.getByLabel('Command').fill(command.replace(VALUE, `${VALUE}member`))
    await dialog.getByRole('button', { name: 'Read' }).click()
    await dialog.getByText('Only admins add secrets.').waitFor()
    await expect.poll(() => dialog.getByRole('radio').count()).toBe(0)
    await dialog.getByRole('textbox', { name: /^Name of the secret/ }).fill('MEMBER_TOKEN')
    await dialog.getByRole('button', { name: 'Fill in the step' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await expect.poll(() => textbox(page, 'Headers, value 1').textContent()).toBe('Bearer MEMBER_TOKEN')
    await page.getByText('There is no secret MEMBER_TOKEN').waitFor()
    await page.getByText('Ask an admin to add it.').waitFor()
    await expect.poll(() => page.getByRole('button', { name: 'Add secret' }).count()).toBe(0)
    await page.keyboard.press('Control+s')
    await page.getByText('Saved', { exact: true }).waitFor()
    expect(watch.timesSent(VALUE)).toBe(0)
    expect(await watch.placesOf(VALUE)).toEqual([])
  })
})
