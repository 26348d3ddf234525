import { afterAll, beforeAll, expect, it } from 'vitest'
import { askForDevice, redeemDevice } from '../support/device-login.ts'
import { accessibilityProblems, overflow } from './accessible.ts'
import { openWorld, PASSWORD, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
}, 120_000)
afterAll(() => world.close())

it('lets a command line in: the person signs in, compares the code, and sees who asks', async () => {
  const codes = await askForDevice(world.app.anonymous)
  const at = await world.open(undefined, `/device?user_code=${codes.user_code}`)
  await at.getByLabel('Email').fill('ada@example.com')
  await at.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await at.keyboard.press('Enter')
  await at.getByRole('heading', { name: 'Sign in a command line' }).waitFor()
  expect(await accessibilityProblems(at)).toEqual([])
  await at.getByRole('button', { name: 'Continue' }).click()
  await at.getByRole('heading', { name: 'Allow this command line?' }).waitFor()
  await at.getByText(codes.user_code).waitFor()
  await at.getByText('wants to act as Ada Lovelace (ada@example.com)').waitFor()
  await at.getByText('acme: Admin').waitFor()
  expect(await accessibilityProblems(at)).toEqual([])
  expect(await overflow(at)).toBe(0)
  await at.getByRole('button', { name: 'Allow' }).click()
  await at.getByRole('heading', { name: 'The command line is signed in' }).waitFor()
  expect((await redeemDevice(world.app.anonymous, codes.device_code)).status).toBe(200)
  await at.goto(`${world.app.url}/security`)
  await at.getByText('App lockstep-cli').waitFor()
})

it('refuses a command line, and says so to it', async () => {
  const codes = await askForDevice(world.app.anonymous)
  const at = await world.open('admin', '/device')
  await at.getByLabel('Code').fill(codes.user_code.toLowerCase())
  await at.keyboard.press('Enter')
  await at.getByRole('button', { name: 'Refuse' }).click()
  await at.getByRole('heading', { name: 'The command line was refused' }).waitFor()
  expect((await redeemDevice(world.app.anonymous, codes.device_code)).error).toBe('access_denied')
})

it('says that no login waits with a code, and lets the person type another', async () => {
  const at = await world.open('admin', '/device?user_code=BBBB-BBBB')
  await at.getByRole('button', { name: 'Continue' }).click()
  await at.getByText('No login waits with this code').waitFor()
  await expect.poll(() => at.getByLabel('Code').inputValue()).toBe('BBBB-BBBB')
  await expect.poll(() => at.getByRole('button', { name: 'Allow' }).count()).toBe(0)
})
