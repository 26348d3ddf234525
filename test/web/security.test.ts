import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { totpOf } from '../support/totp.ts'
import { accessibilityProblems, overflow } from './accessible.ts'
import { openWorld, PASSWORD, type World } from './world.ts'

const EMAIL = 'ada@example.com'

// Passkeys belong to a name, and an address of a machine is none.
let url: string
let world: World
let page: Page
beforeAll(async () => {
  const port = await freePort()
  url = `http://localhost:${port}`
  world = await openWorld({
    env: { PORT: String(port), LOCKSTEP_WORKER_PORT: '0', LOCKSTEP_PUBLIC_URL: url },
  })
  page = await world.open(undefined, `${url}/sign-in`)
}, 120_000)
afterAll(() => world?.close())

const section = (name: string) => page.getByRole('region', { name })

async function givePassword(): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await page.getByLabel('Email').fill(EMAIL)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.keyboard.press('Enter')
}

async function signOut(): Promise<void> {
  await page.context().clearCookies()
  await page.goto(`${url}/sign-in`)
  await page.getByRole('heading', { name: 'Sign in to Lockstep' }).waitFor()
}

it('a passkey is added, signs in by itself, and is removed', async () => {
  const device = await page.context().newCDPSession(page)
  await device.send('WebAuthn.enable')
  await device.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await givePassword()
  await page.getByRole('button', { name: 'Account of Ada Lovelace' }).click()
  await page.getByRole('menuitem', { name: 'Security' }).click()
  await page.getByRole('heading', { name: 'Security' }).waitFor()
  await page.getByRole('textbox', { name: 'Your name' }).fill('Ada King')
  await page.keyboard.press('Enter')
  await page.getByText('Your name is changed.').waitFor()
  await page.getByRole('textbox', { name: 'Your name' }).fill('Ada Lovelace')
  await page.getByRole('button', { name: 'Change the name' }).click()
  await expect.poll(() => page.getByRole('button', { name: 'Change the name' }).isDisabled()).toBe(true)
  await section('Passkeys').getByLabel('Name of the device').fill('Laptop')
  await section('Passkeys').getByRole('button', { name: 'Add a passkey' }).click()
  await section('Passkeys').getByRole('button', { name: 'Remove the passkey Laptop' }).waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  expect(await overflow(page)).toBe(0)
  await signOut()
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.getByRole('button', { name: 'Account of Ada Lovelace' }).waitFor()
  await page.goto(`${url}/security`)
  await section('Passkeys').getByRole('button', { name: 'Remove the passkey Laptop' }).click()
  await expect.poll(() => section('Passkeys').getByText('Laptop', { exact: false }).count()).toBe(0)
  await signOut()
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page
    .getByRole('alert')
    .filter({ hasText: /passkey/i })
    .waitFor()
})

it('a device that does not ask who uses it gives no passkey', async () => {
  const other = await world.open(undefined, `${url}/sign-in`)
  const device = await other.context().newCDPSession(other)
  await device.send('WebAuthn.enable')
  await device.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'usb', hasResidentKey: true, automaticPresenceSimulation: true },
  })
  await other.getByLabel('Email').fill(EMAIL)
  await other.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await other.keyboard.press('Enter')
  await other.getByRole('button', { name: 'Account of Ada Lovelace' }).waitFor()
  await other.goto(`${url}/security`)
  const passkeys = other.getByRole('region', { name: 'Passkeys' })
  await passkeys.getByLabel('Name of the device').fill('Key')
  await passkeys.getByRole('button', { name: 'Add a passkey' }).click()
  await passkeys
    .getByRole('alert')
    .filter({ hasText: /passkey/i })
    .waitFor()
  expect(await world.app.database.query('select name from auth_passkey')).toEqual([])
  await other.context().close()
})

it('an authenticator app is set up by QR code or text, asked for at sign-in, and turned off', async () => {
  await givePassword()
  await page.getByRole('button', { name: 'Account of Ada Lovelace' }).waitFor()
  await page.goto(`${url}/security`)
  const app = section('Authenticator app')
  await app.getByLabel('Your password').fill(PASSWORD)
  await app.getByRole('button', { name: 'Set up' }).click()
  await app.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  const secret = await app.getByLabel('Secret, if you cannot scan', { exact: true }).inputValue()
  const uri = `otpauth://totp/Lockstep?secret=${secret}`
  await app.getByLabel('Code from the app').fill(totpOf(uri))
  await app.getByRole('button', { name: 'Turn on' }).click()
  await app.getByText('It is turned on.').waitFor()
  await signOut()
  await givePassword()
  await page.getByLabel('Code', { exact: true }).fill(totpOf(uri))
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Account of Ada Lovelace' }).waitFor()
  await page.goto(`${url}/security`)
  await app.getByLabel('Your password').fill(PASSWORD)
  await app.getByRole('button', { name: 'Turn off' }).click()
  await app.getByRole('button', { name: 'Set up' }).waitFor()
})

it('other sessions are ended on the page, and this one goes on', async () => {
  const sessions = section('Sessions')
  await sessions.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await expect.poll(() => sessions.getByRole('button', { name: 'End' }).count()).toBe(0)
  await sessions.getByText('this session').waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Security' }).waitFor()
})

it('without a mail server, the page for a forgotten password says whom to ask', async () => {
  await signOut()
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.getByText('lockstep members reset-password').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
})
