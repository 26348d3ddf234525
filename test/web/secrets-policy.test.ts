import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { graphql } from './as-viewer.ts'
import { expectAccessible, shoot } from './editor-support.ts'
import { watchForLeaks } from './leak-watch.ts'
import { rowOf } from './secrets-list.ts'
import { openWorld, type World } from './world.ts'

const path = '/w/acme/settings/secrets'

let world: World
let page: Page
beforeAll(async () => {
  world = await openWorld()
  page = await world.open('admin', path)
  // The notification of the added secret would fade while the colours are checked.
  await page.emulateMedia({ reducedMotion: 'reduce' })
}, 120_000)
afterAll(() => world?.close())

const openAdd = async (name: string, value: string) => {
  await page.getByRole('button', { name: 'Add secret' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a secret' })
  await dialog.getByLabel('Name', { exact: true }).fill(name)
  await dialog.getByLabel('Value', { exact: true }).fill(value)
  return dialog
}
const openSecret = async (name: string) => {
  await page.getByRole('button', { name: `${name}: replace its value` }).click()
  const dialog = page.getByRole('dialog', { name })
  await dialog.getByRole('button', { name: 'Save' }).waitFor()
  // The dialog takes the focus a moment after it has opened.
  await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA')
  return dialog
}
const said = (text: string) => page.getByRole('status').filter({ hasText: text }).waitFor()
/** The policy that is sealed with a value, as anybody can read it in the header of the JWE. */
async function sealedPolicy(name: string): Promise<unknown> {
  const rows = await world.app.database.query('select sealed from secret where name = $1', [name])
  const [header = ''] = String(rows[0]?.['sealed']).split('.')
  return JSON.parse(Buffer.from(header, 'base64url').toString()).pol
}

async function lastAudit(): Promise<unknown> {
  const query = '{ auditLog(workspace: "acme", first: 1) { action target detail } }'
  return ((await graphql(page, query, {})) as { auditLog: unknown[] }).auditLog[0]
}

describe('the policy of a new secret', () => {
  it('is chosen by hand: any public host is stored, sealed and shown in the list', async () => {
    const watch = watchForLeaks(page)
    const dialog = await openAdd('free', 'policy-canary-1')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByRole('alert').filter({ hasText: 'Choose where it may go.' }).waitFor()
    expect(watch.timesSent('CreateSecret')).toBe(0)
    await expect.poll(() => dialog.getByLabel('Value', { exact: true }).inputValue()).toBe('policy-canary-1')
    await dialog.getByRole('radio', { name: 'Any public host' }).check()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await said('FREE was added.')
    await rowOf(page, 'FREE').getByText('Any public host').waitFor()
    expect(await sealedPolicy('FREE')).toEqual({})
    expect(await lastAudit()).toMatchObject({
      action: 'secret.create',
      target: 'FREE',
      detail: { hosts: [] },
    })
    expect(watch.timesSent('policy-canary-1')).toBe(0)
  })

  it('can limit methods, paths and places as well', async () => {
    const dialog = await openAdd('limited', 'policy-canary-2')
    await dialog.getByText('gives it away').waitFor({ state: 'detached' })
    await dialog.getByRole('radio', { name: 'Only to these hosts' }).check()
    await dialog.getByText('gives it away').waitFor()
    await dialog.getByLabel('Allowed hosts').fill('api.acme.test, *.acme.test')
    await dialog.getByRole('button', { name: 'More limits' }).click()
    await dialog.getByLabel('Only with these methods').fill('get post')
    await dialog.getByLabel('Only to paths that begin with').fill('v1')
    await dialog.getByLabel('Only in these places').fill('header:Authorization')
    await expectAccessible(page)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByRole('alert').filter({ hasText: '“v1” is not the beginning of a path' }).waitFor()
    await dialog.getByLabel('Only to paths that begin with').fill('/v1/')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await said('LIMITED was added.')
    await rowOf(page, 'LIMITED').getByText('api.acme.test, 1 more').waitFor()
    const policy = {
      ...{ hosts: ['api.acme.test', '*.acme.test'], methods: ['GET', 'POST'] },
      ...{ paths: ['/v1/'], places: ['header:authorization'] },
    }
    expect(await sealedPolicy('LIMITED')).toEqual(policy)
    expect(await lastAudit()).toMatchObject({ action: 'secret.create', target: 'LIMITED', detail: policy })
  })

  it('is asked together with the confirmation of a guessable value', async () => {
    const watch = watchForLeaks(page)
    const dialog = await openAdd('pin', '48151623')
    await dialog.getByRole('radio', { name: 'Any public host' }).check()
    await dialog.getByRole('button', { name: 'Save' }).click()
    const known = dialog.getByRole('checkbox', { name: 'I know that this can be guessed' })
    await known.waitFor()
    await dialog.getByText('is hidden as a whole').waitFor()
    // The focus is on the button.
    await page.keyboard.press('Space')
    await expect.poll(() => known.isChecked()).toBe(true)
    await dialog.getByLabel('Value', { exact: true }).fill('48151624')
    await known.waitFor({ state: 'detached' })
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => known.isChecked()).toBe(false)
    expect(watch.timesSent('CreateSecret')).toBe(0)
    await page.keyboard.press('Space')
    await page.keyboard.press('Enter')
    await said('PIN was added.')
    expect(watch.timesSent('48151624')).toBe(0)
    expect(await watch.placesOf('48151624')).toEqual([])
  })

  it("shows the API's refusal of a wildcard below a public suffix", async () => {
    const dialog = await openAdd('shared', 'policy-canary-3')
    await dialog.getByRole('radio', { name: 'Only to these hosts' }).check()
    await dialog.getByLabel('Allowed hosts').fill('*.github.io')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByRole('alert').filter({ hasText: 'Anybody can have a name' }).waitFor()
    await expect.poll(() => dialog.getByLabel('Value', { exact: true }).inputValue()).toBe('policy-canary-3')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
  })

  it('is suggested by the form of the value, which is neither sent nor kept for it', async () => {
    const value = `glpat-${'canaryGL12'.repeat(2)}`
    const watch = watchForLeaks(page)
    const dialog = await openAdd('suggested', value)
    await dialog.getByText('This looks like a value of GitLab.').waitFor()
    await shoot(page, 'add-secret-vendor')
    await dialog.getByRole('button', { name: 'Only to gitlab.com' }).click()
    await dialog.getByRole('button', { name: 'Only in the header private-token' }).click()
    await dialog.getByLabel('Value', { exact: true }).fill(value.slice(1))
    await dialog.getByText('This looks like').waitFor({ state: 'detached' })
    await dialog.getByLabel('Value', { exact: true }).fill(value)
    expect(watch.timesSent('gitlab.com')).toBe(0)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await said('SUGGESTED was added.')
    expect(await sealedPolicy('SUGGESTED')).toEqual({
      hosts: ['gitlab.com'],
      places: ['header:private-token'],
    })
    expect(watch.timesSent(value)).toBe(0)
    expect(watch.timesSent('canaryGL12')).toBe(0)
    expect(await watch.placesOf(value)).toEqual([])
    await world.app.expectNoCanary(value)
  })

  it('is shown only to admins: a member sees only names and times', async () => {
    const member = await world.open('member', '/favicon.svg')
    const watch = watchForLeaks(member)
    await member.goto(path)
    await rowOf(member, 'LIMITED').waitFor()
    await expect
      .poll(() =>
        member
          .getByRole('main')
          .getByText(/acme\.test|Any public host/)
          .count(),
      )
      .toBe(0)
    expect(await watch.placesOf('api.acme.test')).toEqual([])
    expect(watch.timesSent('policies')).toBeGreaterThan(0)
    await member.context().close()
  })
})

describe('the policy of an existing secret', () => {
  it('is kept when the value is replaced', async () => {
    const before = await sealedPolicy('LIMITED')
    const dialog = await openSecret('LIMITED')
    await dialog.getByLabel('New value').fill('policy-canary-4')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await said('The value of LIMITED was replaced.')
    expect(await sealedPolicy('LIMITED')).toEqual(before)
    expect(await lastAudit()).toMatchObject({ action: 'secret.update', target: 'LIMITED' })
  })

  it('is widened by keyboard only with the value, and narrowed without it', async () => {
    const watch = watchForLeaks(page)
    const dialog = await openSecret('LIMITED')
    await expect.poll(() => dialog.getByRole('radio', { name: 'Only to these hosts' }).isChecked()).toBe(true)
    await dialog.getByRole('radio', { name: 'Only to these hosts' }).focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await dialog.getByText('enter the value again').waitFor()
    const untilValueHasFocus = () =>
      expect
        .poll(() => page.evaluate('document.activeElement.labels?.[0]?.textContent'))
        .toBe('Value, again or a new one')
    await untilValueHasFocus()
    await expectAccessible(page)
    await shoot(page, 'policy-widens')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('enter the value again').waitFor()
    // The button had the focus until the save was refused.
    await untilValueHasFocus()
    expect(watch.timesSent('UpdateSecret')).toBe(0)
    await page.keyboard.type('policy-canary-5')
    await page.keyboard.press('Enter')
    await said('The value of LIMITED was replaced, and where it may go was saved.')
    expect(await sealedPolicy('LIMITED')).not.toHaveProperty('hosts')
    expect(await watch.placesOf('policy-canary-5')).toEqual([])

    const again = await openSecret('LIMITED')
    await again.getByRole('radio', { name: 'Only to these hosts' }).check()
    await again.getByLabel('Allowed hosts').fill('api.acme.test')
    await again.getByRole('button', { name: 'Save' }).click()
    await rowOf(page, 'LIMITED').getByText('api.acme.test').waitFor()
    expect(await lastAudit()).toMatchObject({ action: 'secret.policy', detail: { hosts: ['api.acme.test'] } })
    for (const canary of ['policy-canary-1', 'policy-canary-2', 'policy-canary-4', 'policy-canary-5']) {
      expect(watch.timesSent(canary)).toBe(0)
      await world.app.expectNoCanary(canary)
    }
  })
})
