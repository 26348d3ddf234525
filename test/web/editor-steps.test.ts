import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  addAutomation,
  addSecrets,
  expectAccessible,
  saveAsAnother,
  savedAutomation,
  shoot,
  textbox,
} from './editor-support.ts'
import { openWorld, PASSWORD, type World } from './world.ts'

let world: World
let page: Page
let id: string
beforeAll(async () => {
  world = await openWorld()
  await addSecrets(world, { HOOK_KEY: 'steps-canary-1' })
  id = await addAutomation(world, 'Steps', [
    { key: 'first', type: 'set-values', fields: { values: { n: 1 } } },
    { key: 'second', type: 'set-values', fields: { values: { n: '{{ steps.first.output.n }}' } } },
    { key: 'third', type: 'wait', fields: { seconds: 1 } },
  ])
  page = await world.open('member', `/w/acme/automations/${id}`)
  await page.getByRole('list', { name: 'Steps' }).waitFor()
}, 120_000)
afterAll(() => world?.close())

const keys = () => page.getByRole('list', { name: 'Steps' }).locator('code').allTextContents()
const select = (key: string) => page.locator(`[data-step=${key}]`).click()
const more = async (key: string, item: string) => {
  const button = page.getByRole('button', { name: `More for step ${key}` })
  // For a moment after a drag, the first click counts as its end. The moment is longer on a busy machine.
  const open = async () => {
    if ((await page.getByRole('menu').count()) === 0) await button.click()
    return page.getByRole('menu').count()
  }
  await expect.poll(open).toBe(1)
  await page.getByRole('menuitem', { name: item }).click()
  // A menu that is just closing covers the next one.
  await expect.poll(() => page.getByRole('menu').count()).toBe(0)
}
const whereTo = /^It would be number (\d) of 3\.$/
/** The target position of the moved step, as announced to a screen reader; 0 when no step is moved. */
const place = async () => {
  const [text = ''] = await page.getByText(whereTo).allTextContents()
  return Number(whereTo.exec(text)?.[1] ?? 0)
}
/**
 * Picks up the first step and moves it below the last. @returns false when it did not arrive there and is back.
 */
const carryToTheEnd = async (): Promise<boolean> => {
  const from = await page.getByRole('button', { name: 'Move step begin' }).boundingBox()
  const to = await page.getByRole('button', { name: 'Move step third' }).boundingBox()
  if (!from || !to) throw new Error('The handles are not shown.')
  await page.mouse.move(from.x + 5, from.y + 5)
  await page.mouse.down()
  await page.mouse.move(from.x + 5, from.y + 30, { steps: 5 })
  for (let look = 0; look < 20; look++) {
    // Moves up and down a little, because a resting pointer does not show that the list has been measured again.
    await page.mouse.move(to.x + 5, to.y + 15 + (look % 2) * 6, { steps: 10 })
    if ((await place()) === 3) return true
  }
  await page.keyboard.press('Escape')
  await page.mouse.up()
  return false
}
const save = async () => {
  await page.keyboard.press('Control+s')
  await page.getByText('Saved', { exact: true }).waitFor()
}

describe('the steps of an automation', () => {
  it('can be renamed together with their references', async () => {
    await select('first')
    await page.getByLabel('Key', { exact: true }).fill('not a key')
    await page.getByText('A letter, then letters, digits and _').waitFor()
    await page.getByLabel('Key', { exact: true }).fill('begin')
    await page.keyboard.press('Control+s')
    await page.getByText('Saved', { exact: true }).waitFor()
    const { steps } = await savedAutomation(page, id)
    expect(steps.map(({ key }) => key)).toEqual(['begin', 'second', 'third'])
    expect(steps[1]?.fields['values']).toEqual({ n: '{{ steps.begin.output.n }}' })
  })

  it('can be moved by keyboard and by menu', async () => {
    await page.getByRole('button', { name: 'Move step third' }).press('Space')
    await expect.poll(place).toBe(3)
    // The list accepts arrow keys only when it knows the positions of its rows, and nothing shows that.
    const arrow = async () => page.keyboard.press((await place()) === 1 ? 'ArrowDown' : 'ArrowUp')
    await expect.poll(() => arrow().then(place), { interval: 200 }).toBe(2)
    await page.keyboard.press('Space')
    await expect.poll(keys).toEqual(['begin', 'third', 'second'])
    await more('third', 'Move down')
    await expect.poll(keys).toEqual(['begin', 'second', 'third'])
    await more('begin', 'Move down')
    await page.getByRole('img', { name: 'The step begin does not run before this one' }).waitFor()
    await more('begin', 'Move up')
  })

  it('can be moved by dragging', async () => {
    // On a busy machine the list moves under the pointer. Then the step is dropped and picked up again.
    await expect.poll(carryToTheEnd, { timeout: 90_000 }).toBe(true)
    await page.mouse.up()
    await expect.poll(keys).toEqual(['second', 'third', 'begin'])
    await more('begin', 'Move up')
    await more('begin', 'Move up')
    await expect.poll(keys).toEqual(['begin', 'second', 'third'])
  })

  it('can be duplicated, deleted, and brought back', async () => {
    await more('second', 'Duplicate')
    await expect.poll(keys).toEqual(['begin', 'second', 'second_2', 'third'])
    await expect.poll(() => page.getByLabel('Key', { exact: true }).inputValue()).toBe('second_2')
    await more('second_2', 'Delete')
    await page.getByRole('status').filter({ hasText: 'Step second_2 was deleted.' }).waitFor()
    await expect.poll(() => page.evaluate('document.activeElement.dataset.step')).toBe('third')
    await more('begin', 'Delete')
    const deleted = page.getByRole('status').filter({ hasText: 'Step begin was deleted.' })
    // The notification disappears after a while, but not under the pointer.
    await deleted.hover()
    await page.getByRole('img', { name: 'There is no step begin before this one.' }).waitFor()
    await deleted.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(keys).toEqual(['begin', 'second', 'third'])
    await save()
  })

  it('have time-outs and retries', async () => {
    await select('third')
    await page.getByRole('button', { name: 'Timeout, retries and errors' }).click()
    await page.getByLabel('Timeout in seconds').fill('99999')
    await page.keyboard.press('Control+s')
    await page.getByText('TimeoutSeconds is 99999').first().waitFor()
    await page.getByLabel('Timeout in seconds').fill('60')
    await page.getByRole('switch', { name: 'Try again when it fails' }).click()
    await shoot(page, 'settings')
    await save()
  })
})

describe('the trigger', () => {
  it('has a hook, its signature and a schedule', async () => {
    await page.getByRole('button', { name: 'Trigger', exact: true }).click()
    await expect.poll(() => textbox(page, 'Hook URL').inputValue()).toMatch(/\/hooks\/acme\./)
    const url = await textbox(page, 'Hook URL').inputValue()
    await page.getByRole('button', { name: 'Replace the URL' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Replace' }).click()
    await expect.poll(() => textbox(page, 'Hook URL').inputValue()).not.toBe(url)
    await expect.poll(() => textbox(page, 'Hook URL').inputValue()).toMatch(/\/hooks\/acme\./)
    await page.getByRole('switch', { name: 'Requests have to be signed' }).click()
    await page.getByRole('combobox', { name: 'Secret' }).click()
    await page.getByRole('option', { name: 'HOOK_KEY' }).click()
    await page.getByRole('combobox', { name: 'In the way of' }).click()
    await page.getByRole('option', { name: 'Another way' }).click()
    await page.getByLabel('Header with the signature').fill('X-Acme-Sign')
    await page.getByLabel('Header with the time').fill('X-Acme-Time')
    await page.getByRole('switch', { name: 'The last step answers the caller' }).click()
    await page.getByRole('switch', { name: 'Run on a schedule' }).click()
    await page.getByLabel('Cron').fill('0 9 * *')
    await page.getByText('These are no times yet').waitFor()
    await page.keyboard.press('Control+s')
    await page.getByText('schedule.cron takes five fields').first().waitFor()
    await page.getByLabel('Cron').fill('30 8 * * MON')
    await page.getByText(/^Next: Mon(?:[^·]* · Mon){4}[^·]*$/).waitFor()
    await shoot(page, 'trigger')
    await expectAccessible(page)
    await save()
    const { schedule, hookSignature, hookAnswer } = await savedAutomation(page, id)
    expect(schedule?.cron).toBe('30 8 * * MON')
    expect(hookSignature).toEqual({
      secret: 'HOOK_KEY',
      style: 'CUSTOM',
      format: { header: 'X-Acme-Sign', signed: '{timestamp}.{body}', timestampHeader: 'X-Acme-Time' },
    })
    expect(hookAnswer).toEqual({ waitSeconds: 10 })
  })
})

describe('unsaved changes', () => {
  it('are protected from leaving the page by accident', async () => {
    await page.getByLabel('Name of the automation').fill('Changed')
    await page.getByRole('link', { name: 'Runs' }).click()
    const dialog = page.getByRole('dialog', { name: 'Leave without saving?' })
    await dialog.waitFor()
    await shoot(page, 'leave')
    await dialog.getByRole('button', { name: 'Stay' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await expect.poll(() => page.getByLabel('Name of the automation').inputValue()).toBe('Changed')
  })

  it('are protected from a reload until it is confirmed', async () => {
    const asked = page.waitForEvent('dialog')
    const reload = page.evaluate('location.reload()').catch(() => undefined)
    const dialog = await asked
    expect(dialog.type()).toBe('beforeunload')
    await dialog.dismiss()
    await reload
    await expect.poll(() => page.getByLabel('Name of the automation').inputValue()).toBe('Changed')
  })

  it('stay if saving does not reach the server', async () => {
    await page.context().setOffline(true)
    await page.keyboard.press('Control+s')
    await page.getByRole('alert').filter({ hasText: 'could not be reached' }).waitFor()
    await page.getByText('Unsaved changes').waitFor()
    await page.context().setOffline(false)
    await save()
    expect((await savedAutomation(page, id)).name).toBe('Changed')
  })

  it('are merged with those of another person without overwriting them', async () => {
    await saveAsAnother(world, id, { name: 'Theirs' })
    await page.getByLabel('Name of the automation').fill('Mine')
    await page.keyboard.press('Control+s')
    const dialog = page.getByRole('dialog', { name: 'Someone else saved this automation' })
    await dialog.getByText('The name: “Theirs” there, “Mine” here.').waitFor()
    await shoot(page, 'conflict')
    expect((await savedAutomation(page, id)).name).toBe('Theirs')
    await dialog.getByRole('button', { name: 'Load theirs, drop mine' }).click()
    await expect.poll(() => page.getByLabel('Name of the automation').inputValue()).toBe('Theirs')
    await page.getByText('Saved', { exact: true }).waitFor()

    await saveAsAnother(world, id, { name: 'Theirs again' })
    await page.getByLabel('Name of the automation').fill('Mine')
    await page.keyboard.press('Control+s')
    await dialog.getByRole('button', { name: 'Save mine over theirs' }).click()
    await page.getByText('Saved', { exact: true }).waitFor()
    expect((await savedAutomation(page, id)).name).toBe('Mine')
  })

  it('are kept if the session ends meanwhile', async () => {
    await page.getByLabel('Name of the automation').fill('Typed before the session ended')
    await page.context().clearCookies()
    await page.keyboard.press('Control+s')
    await page.getByRole('heading', { name: 'Sign in to Lockstep' }).waitFor()
    await page.getByLabel('Email').fill('grace@example.com')
    await textbox(page, 'Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('These are the changes that you had not saved.').waitFor()
    await expect
      .poll(() => page.getByLabel('Name of the automation').inputValue())
      .toBe('Typed before the session ended')
    await save()
  })

  it('are gone if the person discards them', async () => {
    await page.getByLabel('Name of the automation').fill('Never mind')
    await page.getByRole('link', { name: 'Runs' }).click()
    await page.getByRole('button', { name: 'Discard and leave' }).click()
    await page.waitForURL(/\/runs$/)
    await page.goBack()
    await page.getByLabel('Name of the automation').waitFor()
    await expect
      .poll(() => page.getByLabel('Name of the automation').inputValue())
      .toBe('Typed before the session ended')
    await expect.poll(() => textbox(page, 'Name of the automation').count()).toBe(1)
  })
})
