import { mkdirSync } from 'node:fs'
import type { APIRequestContext, Page } from 'playwright-core'
import { expect } from 'vitest'
import { accessibilityProblems, overflow } from './accessible.ts'
import { graphql } from './as-viewer.ts'
import type { World } from './world.ts'

export interface StepFields {
  key: string
  type: string
  fields: object
}

export async function addSecrets(world: World, values: Readonly<Record<string, string>>): Promise<void> {
  const mutation = 'mutation($input: SecretInput!) { createSecret(input: $input) { __typename } }'
  for (const [name, value] of Object.entries(values)) {
    const input = { workspace: 'acme', name, value }
    expect(await graphql(world.callers.admin, mutation, { input })).toEqual({
      createSecret: { __typename: 'CreateSecretSuccess' },
    })
  }
}

/** @returns the id of the automation. */
export async function addAutomation(
  world: World,
  name: string,
  steps: readonly StepFields[],
): Promise<string> {
  const mutation = `mutation($input: AutomationInput!) {
    createAutomation(input: $input) { ... on CreateAutomationSuccess { automation { id } } ... on Error { message } }
  }`
  const data = await graphql(world.callers.admin, mutation, { input: { workspace: 'acme', name, steps } })
  const { createAutomation } = data as { createAutomation: { automation: { id: string } } }
  return createAutomation.automation.id
}

export interface SavedAutomation {
  name: string
  version: number
  steps: { key: string; type: string; fields: Record<string, unknown> }[]
  hookSignature: { secret: string; style: string; format: object | null } | null
  hookAnswer: { waitSeconds: number } | null
  schedule: { cron: string; timeZone: string } | null
}

export async function savedAutomation(by: Page | APIRequestContext, id: string): Promise<SavedAutomation> {
  const query = `query($id: ID!) { automation(id: $id) {
    name version steps { key type fields } hookSignature { secret style format { header signed timestampHeader } } hookAnswer { waitSeconds } schedule { cron timeZone }
  } }`
  const data = await graphql(by, query, { id })
  return (data as { automation: SavedAutomation }).automation
}

/** Saves the automation like another person who has it open. */
export async function saveAsAnother(
  world: World,
  id: string,
  change: Partial<SavedAutomation>,
): Promise<void> {
  const mutation = `mutation($input: UpdateAutomationInput!) {
    updateAutomation(input: $input) { __typename ... on Error { message } }
  }`
  const { member } = world.callers
  const { name, version, steps } = await savedAutomation(member, id)
  const input = { id, name, version, steps, ...change }
  expect(await graphql(member, mutation, { input })).toEqual({
    updateAutomation: { __typename: 'UpdateAutomationSuccess' },
  })
}

export const textbox = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true })

/** Checks that nothing is inaccessible or wider than the window, in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await accessibilityProblems(page)).toEqual([])
  }
  await page.emulateMedia({ colorScheme: 'light' })
  expect(await overflow(page)).toBe(0)
}

const shots = process.env['SHOTS']

/** A picture for the person who works on the page; only with SHOTS=folder. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (!shots) return
  mkdirSync(shots, { recursive: true })
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: `${shots}/${name}-${colorScheme}.png` })
  }
  await page.emulateMedia({ colorScheme: 'light' })
}
