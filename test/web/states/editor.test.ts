import { rm } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe } from 'vitest'
import { graphql } from '../as-viewer.ts'
import { addAutomation, addSecrets, saveAsAnother, textbox } from '../editor-support.ts'
import { openWorld, type World } from '../world.ts'
import { writeOfferingStep } from './offering.ts'
import { dialog, hold, holdStart, press, type State, text, walk } from './walk.ts'

let world: World
let id: string
let drafted: string
let offering = ''
let offers: string
beforeAll(async () => {
  const { folder, file } = await writeOfferingStep()
  offering = folder
  world = await openWorld({ env: { LOCKSTEP_PLUGINS: file } })
  await addSecrets(world, { STRIPE_KEY: 'editor-states-canary-1' })
  id = await addAutomation(world, 'Charge', [
    { key: 'first', type: 'set-values', fields: { values: { text: 'one' } } },
    {
      key: 'call',
      type: 'custom-http',
      fields: { method: 'POST', url: 'https://api.test/{{ secrets.STRIPE_KEY }}' },
    },
  ])
  await saveAsAnother(world, id, { name: 'Charge twice' })
  offers = await addAutomation(world, 'Offers', [{ key: 'call', type: 'offer', fields: {} }])
  drafted = await addAutomation(world, 'Drafted', [])
  const save =
    'mutation($input: SaveAutomationDraftInput!) { saveAutomationDraft(input: $input) { __typename } }'
  const input = { workspace: 'acme', automation: drafted, name: 'Drafted', steps: [], revision: 0 }
  await graphql(world.callers.member, save, { input })
}, 120_000)
afterAll(async () => {
  await world?.close()
  await rm(offering, { recursive: true, force: true })
})

const NEW = '/w/acme/automations/new'
const opened = () => `/w/acme/automations/${id}`

const states: State[] = [
  ['editor: new', 'member', NEW, (it) => textbox(it, 'Name of the automation').waitFor()],
  ['editor: new, saved with mistakes', 'member', NEW, saveNothing],
  ['editor: the choice of a step', 'member', NEW, pickStep],
  ['editor: a step', 'admin', opened, openStep],
  ['editor: a step, all folds open', 'admin', opened, openFolds],
  ['editor: completion in a field', 'admin', opened, complete],
  ['editor: an unknown secret, as an admin', 'admin', opened, (it) => unknownSecret(it)],
  ['editor: an unknown secret, as a member', 'member', opened, (it) => unknownSecret(it)],
  ['editor: the variables', 'member', opened, openVariables],
  ['editor: the steps, in a narrow window', 'member', opened, openSteps],
  ['editor: the menu of a step', 'member', opened, openStepMenu],
  ['editor: the menu of the automation', 'member', opened, openMenu],
  ['editor: what a service offers for a field', 'member', () => `/w/acme/automations/${offers}`, choose],
  ['editor: the versions, loading', 'member', opened, loadVersions],
  ['editor: the versions', 'member', opened, openVersions],
  ['editor: a draft', 'member', NEW, saveDraft],
  ['editor: the trigger, with a schedule and a signature', 'admin', opened, openTrigger],
  ['editor: failure alerts, refused', 'member', opened, refuseAlerts],
  ['editor: call the hook', 'member', opened, (it) => pressInTrigger(it, 'Copy as cURL')],
  ['editor: replace the URL of the hook', 'admin', opened, (it) => pressInTrigger(it, 'Replace the URL')],
  ['editor: copy as cURL', 'member', opened, copyCurl],
  ['editor: add a secret', 'admin', opened, addSecret],
  ['editor: discard the draft', 'member', () => `/w/acme/automations/${drafted}`, discardDraft],
  ['editor: loading', 'member', opened, loadEditor],
  [
    'editor: there is no such automation',
    'member',
    '/w/acme/automations/acme.01890000-0000-7000-8000-000000000000',
    text('It may have been deleted.'),
  ],
  ['editor: run', 'member', opened, (it) => press(it, 'Run').then(() => dialog(it).waitFor())],
  ['editor: test a step', 'member', opened, testStep],
  ['editor: a test that failed', 'member', opened, failTest],
  ['editor: paste cURL', 'admin', opened, pasteCurl],
  ['editor: what a cURL command holds', 'admin', opened, reviewCurl],
  ['editor: authorization', 'admin', opened, authorization],
  ['editor: leave with changes', 'member', opened, leave],
  ['editor: changed by somebody else', 'member', opened, conflict],
]

describe('the editor', () => walk(() => world, states))

async function saveNothing(page: Page): Promise<void> {
  await textbox(page, 'Name of the automation').fill('x')
  await textbox(page, 'Name of the automation').fill('')
  await press(page, 'Save')
  await page.getByRole('alert').first().waitFor()
}

async function showSteps(page: Page): Promise<void> {
  const steps = page.getByRole('button', { name: /Show all steps/ })
  await textbox(page, 'Name of the automation').waitFor()
  if (await steps.isVisible()) await steps.click()
}

async function pickStep(page: Page): Promise<void> {
  await showSteps(page)
  await page.getByRole('button', { name: 'Add step' }).last().click()
  await page.getByRole('dialog', { name: 'Add a step' }).waitFor()
}

async function openStep(page: Page): Promise<void> {
  await showSteps(page)
  await page.locator('[data-step="call"]').last().click()
  await textbox(page, 'URL').waitFor()
}

async function openFolds(page: Page): Promise<void> {
  await openStep(page)
  const folded = page.getByRole('region', { name: 'Step call' }).locator('button[aria-expanded=false]')
  for (let left = await folded.count(); left > 0; left -= 1) await folded.last().click()
}

async function complete(page: Page): Promise<void> {
  await openStep(page)
  await textbox(page, 'URL').focus()
  await page.keyboard.press('End')
  await page.keyboard.type('{{ ')
  await page.getByRole('option').first().waitFor()
}

async function unknownSecret(page: Page): Promise<void> {
  await openStep(page)
  await textbox(page, 'URL').focus()
  await page.keyboard.press('End')
  await page.keyboard.type('/{{ secrets.NOT_THERE }}')
  await page.keyboard.press('Tab')
  await text(/NOT_THERE/)(page)
}

async function openVariables(page: Page): Promise<void> {
  await openStep(page)
  const insert = page.getByRole('button', { name: 'Insert a variable into URL' })
  if (await insert.isVisible()) await insert.click()
  else await textbox(page, 'URL').focus()
  await page.getByRole('button', { name: 'secrets.STRIPE_KEY' }).waitFor()
}

async function openSteps(page: Page): Promise<void> {
  await showSteps(page)
  await page.locator('[data-step="call"]').last().waitFor()
}

async function openStepMenu(page: Page): Promise<void> {
  await showSteps(page)
  await page.getByRole('button', { name: 'More for step call' }).last().click()
  await page.getByRole('menuitem').first().waitFor()
}

async function openMenu(page: Page): Promise<void> {
  await press(page, 'More for this automation')
  await page.getByRole('menuitem').first().waitFor()
}

async function choose(page: Page): Promise<void> {
  await showSteps(page)
  await page.locator('[data-step="call"]').last().click()
  await press(page, 'Choose Channel')
  await page.getByRole('menuitem', { name: 'General' }).waitFor()
}

async function loadVersions(page: Page): Promise<void> {
  await hold(page, 'AutomationVersions')
  await openMenu(page)
  await page.getByRole('menuitem', { name: 'Versions' }).click()
  await dialog(page).waitFor()
}

async function openVersions(page: Page): Promise<void> {
  await openMenu(page)
  await page.getByRole('menuitem', { name: 'Versions' }).click()
  await dialog(page)
    .getByRole('button', { name: /Version 1\b/ })
    .click()
  await dialog(page).getByRole('region', { name: 'What is different' }).waitFor()
}

async function saveDraft(page: Page): Promise<void> {
  await textbox(page, 'Name of the automation').fill('Half done')
  await openMenu(page)
  await page.getByRole('menuitem', { name: 'Save as draft' }).click()
  await text('Nothing runs until you publish it.')(page)
}

async function openTrigger(page: Page): Promise<void> {
  await showSteps(page)
  await page.getByRole('button', { name: 'Trigger', exact: true }).last().click()
  await page.getByRole('switch', { name: 'Requests have to be signed' }).click()
  await page.getByRole('switch', { name: 'Run on a schedule' }).click()
  await text(/^Next:/)(page)
}

async function pressInTrigger(page: Page, button: string): Promise<void> {
  await showSteps(page)
  await page.getByRole('button', { name: 'Trigger', exact: true }).last().click()
  await press(page, button)
  await dialog(page).last().waitFor()
}

async function refuseAlerts(page: Page): Promise<void> {
  await pressInTrigger(page, 'Failure alerts…')
  await dialog(page).getByRole('textbox', { name: 'POST to' }).fill('no url')
  await press(dialog(page), 'Save')
  await dialog(page).getByRole('alert').filter({ hasText: /\S/ }).waitFor()
}

async function copyCurl(page: Page): Promise<void> {
  await openStep(page)
  await press(page, 'Copy as cURL')
  await dialog(page).waitFor()
}

async function addSecret(page: Page): Promise<void> {
  await openVariables(page)
  await page.getByRole('button', { name: 'Add secret' }).last().click()
  await page.getByRole('dialog', { name: 'Add a secret' }).waitFor()
}

async function discardDraft(page: Page): Promise<void> {
  await textbox(page, 'Name of the automation').waitFor()
  await openMenu(page)
  await page.getByRole('menuitem', { name: 'Discard the draft' }).click()
  await dialog(page).waitFor()
}

async function loadEditor(page: Page): Promise<void> {
  await holdStart(page, 'EditorAutomation')
  await page.locator('[aria-busy=true]').first().waitFor()
}

async function testStep(page: Page): Promise<void> {
  await openStep(page)
  await press(page, 'Test step')
  await dialog(page).waitFor()
}

async function failTest(page: Page): Promise<void> {
  await testStep(page)
  await press(dialog(page), 'Test')
  await dialog(page).getByText('Failed').first().waitFor()
}

async function pasteCurl(page: Page): Promise<void> {
  await openStep(page)
  await press(page, 'Paste cURL')
  await dialog(page).getByLabel('Command').waitFor()
}

async function reviewCurl(page: Page): Promise<void> {
  await pasteCurl(page)
  const command = "curl https://api.test/v1 -H 'Authorization: Bearer editor-states-canary-2'"
  await dialog(page).getByLabel('Command').fill(command)
  await press(dialog(page), 'Read')
  await dialog(page).getByRole('checkbox').first().waitFor()
}

async function authorization(page: Page): Promise<void> {
  await openStep(page)
  await press(page, 'Authorization')
  await press(dialog(page), 'Write into the step')
  await text('Choose a secret.')(page)
}

async function leave(page: Page): Promise<void> {
  await textbox(page, 'Name of the automation').fill('Changed')
  const burger = page.getByRole('button', { name: 'Menu', exact: true })
  if (await burger.isVisible()) await burger.click()
  await page.getByRole('link', { name: 'Runs' }).click()
  await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor()
}

async function conflict(page: Page): Promise<void> {
  await textbox(page, 'Name of the automation').fill('Mine')
  await saveAsAnother(world, id, { name: `Theirs ${Math.random()}` })
  await press(page, 'Save')
  await page.getByRole('dialog', { name: 'Someone else saved this automation' }).waitFor()
}
