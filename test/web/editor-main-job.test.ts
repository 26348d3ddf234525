import { mkdirSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { accessibilityProblems } from './accessible.ts'
import { addSecrets } from './editor-support.ts'
import { watchForLeaks } from './leak-watch.ts'
import { openWorld, type World } from './world.ts'

const VALUE = 'sk_live_editor_canary_81723'
const shots = process.env['SHOTS']

let world: World
let echo: EchoServer
beforeAll(async () => {
  ;[world, echo] = await Promise.all([openWorld(), startEchoServer()])
}, 120_000)
afterAll(async () => {
  await world?.close()
  await echo?.close()
})

const shoot = async (page: Page, name: string) => {
  if (!shots) return
  mkdirSync(shots, { recursive: true })
  await page.screenshot({ path: `${shots}/${name}.png` })
}

describe('writing and running an automation by keyboard alone', () => {
  it('uses a secret through completion and through the explorer, and shows no value of it', async () => {
    const page = await world.open('member', '/favicon.svg')
    await addSecrets(world, { STRIPE_KEY: VALUE, OTHER_KEY: 'other-canary-value-11' })
    const watch = watchForLeaks(page)
    await page.goto('/w/acme/automations/new')
    await page.getByLabel('Name of the automation').waitFor()
    await page.keyboard.type('Look up a customer')
    await page.getByRole('button', { name: 'Add step' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Add a step' }).waitFor()
    await shoot(page, 'picker')
    await page.keyboard.type('custom')
    await page.keyboard.press('Enter')
    const url = page.getByRole('textbox', { name: 'URL' })
    await url.waitFor()
    await shoot(page, 'new-step')
    await url.focus()
    await page.keyboard.type(`${echo.url}/v1?key={{ stri`)
    await page.getByRole('option', { name: /STRIPE_KEY/ }).waitFor()
    await shoot(page, 'completion')
    // The editor accepts keys for the list only when a person can have seen it (75 ms).
    await page.waitForTimeout(100)
    await page.keyboard.press('Enter')
    await expect.poll(() => url.textContent()).toBe(`${echo.url}/v1?key=STRIPE_KEY`)
    await page.getByRole('button', { name: 'Add headers' }).focus()
    await page.keyboard.press('Enter')
    await page.keyboard.type('Authorization')
    await page.keyboard.press('Tab')
    await page.keyboard.type('Bearer ')
    await page.getByRole('searchbox', { name: 'Search variables' }).focus()
    await page.keyboard.type('stripe')
    await page.getByRole('button', { name: 'secrets.OTHER_KEY' }).waitFor({ state: 'hidden' })
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    const value = page.getByRole('textbox', { name: 'Headers, value 1' })
    await expect.poll(() => value.textContent()).toBe('Bearer STRIPE_KEY')
    expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('Headers, value 1')
    await shoot(page, 'chips')
    expect(await accessibilityProblems(page)).toEqual([])
    await page.keyboard.press('Control+s')
    await page.getByText('Saved', { exact: true }).waitFor()
    await page.waitForURL(/automations\/acme\./)
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Headers, value 1' }).textContent())
      .toBe('Bearer STRIPE_KEY')

    await page.getByRole('button', { name: 'Test step' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByRole('button', { name: 'Test', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('Succeeded').waitFor({ timeout: 30_000 })
    await page.getByRole('tree').getByRole('link', { name: 'Secret STRIPE_KEY' }).first().waitFor()
    await shoot(page, 'tested')
    expect(echo.received.at(-1)?.headers['authorization']).toBe(`Bearer ${VALUE}`)
    expect(echo.received.at(-1)?.url).toBe(`/v1?key=${VALUE}`)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })

    await page.getByRole('button', { name: 'Run', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Run the automation' }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/w\/acme\/runs\/acme\./)
    await expect.poll(() => echo.received.length, { timeout: 20_000 }).toBe(2)
    expect(watch.timesSent(VALUE)).toBe(0)
    expect(await watch.placesOf(VALUE)).toEqual([])
    await world.app.expectNoCanary(VALUE)
  }, 120_000)
})
