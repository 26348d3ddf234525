import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addAutomation, expectAccessible, shoot, textbox } from './editor-support.ts'
import { startScrollMeter } from './smoothness.ts'
import { openWorld, type World } from './world.ts'

const ROWS = 24_000
// A little over 2 MiB of JSON.
const rows = JSON.stringify(Array.from({ length: ROWS }, (_, id) => ({ id, text: 'x'.repeat(60), ok: true })))
// Numbers that no double holds as they are written.
const large = `{"rows":${rows},"exact":[7615917337495251231,1.10]}`
const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(large)
})

let world: World
let page: Page
beforeAll(async () => {
  world = await openWorld()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const id = await addAutomation(world, 'Large', [{ key: 'large', type: 'custom-http', fields: { url } }])
  page = await world.open('admin', `/w/acme/automations/${id}`)
  await textbox(page, 'URL').waitFor()
  await page.getByRole('button', { name: 'Test step' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Test', exact: true }).click()
  await tree().waitFor({ timeout: 60_000 })
}, 180_000)
afterAll(async () => {
  server.close()
  await world?.close()
})

const tree = () => page.getByRole('tree', { name: 'Output of large' })
/** The row that has the focus. A row far away is drawn a moment after a key has gone there. */
const active = async () => {
  const row = `document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))`
  return (await page.waitForFunction(`${row}?.textContent`)).jsonValue()
}

it('shows a large value collapsed, and is accessible', async () => {
  expect(large.length).toBeGreaterThan(2 * 1024 * 1024)
  await expect.poll(() => page.getByRole('treeitem').count()).toBeLessThan(20)
  await expectAccessible(page)
})

it('is usable by keyboard', async () => {
  await tree().focus()
  await page.keyboard.press('End')
  await page.keyboard.press('Home')
  for (let press = 0; !String(await active()).startsWith('body: '); press += 1) {
    expect(press).toBeLessThan(20)
    await page.keyboard.press('ArrowDown')
  }
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await expect.poll(active).toContain('rows: [ 24000 items ]')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.keyboard.press('ArrowDown')
  await expect.poll(active).toBe('id: 0')
  await page.keyboard.press('ArrowLeft')
  await expect.poll(active).toMatch(/^0: /)
  await page.keyboard.press('ArrowLeft')
  await shoot(page, 'tree')
})

it('scrolls as smoothly at its end as at its top', { timeout: 180_000 }, async () => {
  await page.getByRole('button', { name: 'Expand all: Output of large' }).click()
  // Scrolling is measured without the cost of opening 96,000 rows.
  await page.evaluate('new Promise((done) => requestIdleCallback(() => setTimeout(done, 100)))')
  const meter = await startScrollMeter(page)
  await tree().hover()
  for (const share of [0, 0.95]) {
    await page.evaluate(
      `{ const tree = document.querySelector('[role=tree]'); tree.scrollTo(0, tree.scrollHeight * ${share}) }`,
    )
    for (let turn = 0; turn < 40; turn += 1) await meter.turn(400)
  }
  process.stdout.write(`${ROWS * 4} rows, ${await meter.describe()}\n`)
  const [top, bottom] = meter.firstAndLast()
  await expect.poll(() => page.getByRole('treeitem').count()).toBeLessThan(80)
  expect(bottom).toBeLessThan(top * 3)
})

it('shows every digit of a number', async () => {
  await tree().focus()
  await page.keyboard.press('End')
  for (let press = 0; !String(await active()).startsWith('exact: '); press += 1) {
    expect(press).toBeLessThan(20)
    await page.keyboard.press('ArrowUp')
  }
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => page.getByRole('treeitem').allTextContents()).toContain('0: 7615917337495251231')
  await expect.poll(() => page.getByRole('treeitem').allTextContents()).toContain('1: 1.10')
})
