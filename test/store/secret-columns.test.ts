import { afterAll, beforeAll, expect, test } from 'vitest'
import * as documents from '../support/documents.ts'
import { startWatchedApp, type WatchedApp } from '../support/watched-app.ts'
import type { TestWorkspace } from '../support/workspace.ts'

const value = 'sk_test_canary/+=<&>"0123456789'

let watched: WatchedApp
let acme: TestWorkspace
let executed: string[]

beforeAll(async () => {
  watched = await startWatchedApp()
  ;({ acme, executed } = watched)
  for (const name of ['WATCHED', 'STRIPE_KEY', 'GITHUB_TOKEN']) await acme.createSecret(name, value)
})
afterAll(() => watched.close())

/** What all statements since then have selected from the secrets. */
function watchReads(): () => string[] {
  executed.length = 0
  return () => executed.flatMap((sql) => /^select (.*?) from "?secret\b/s.exec(sql)?.[1] ?? [])
}

test('the list of secrets is one query for any number, and reads no sealed value', async () => {
  const reads = watchReads()
  await acme.admin.graphql(documents.secrets, { workspace: 'acme' })
  const [columns, ...more] = reads()
  expect(more).toEqual([])
  expect(columns).toMatch(/\bname\b/)
  expect(columns).toMatch(/\bupdated_at\b/)
  expect(columns).not.toMatch(/\bsealed\b|\*/)
})

test('no answer about secrets reads a sealed value', async () => {
  const reads = watchReads()
  await acme.admin.graphql(documents.secretPolicy, { workspace: 'acme', name: 'WATCHED' })
  await acme.admin.graphql(documents.secretUsages, { workspace: 'acme', name: 'WATCHED' })
  await acme.admin.mutate(documents.setSecretPolicy, {
    input: { workspace: 'acme', name: 'WATCHED', allowedHosts: [] },
  })
  await acme.admin.mutate(documents.updateSecret, { input: { workspace: 'acme', name: 'WATCHED', value } })
  await acme.admin.mutate(documents.deleteSecret, { input: { workspace: 'acme', name: 'WATCHED' } })
  expect(reads().length).toBeGreaterThan(1)
  expect(reads().filter((columns) => /\bsealed\b|\*/.test(columns))).toEqual([])
})
