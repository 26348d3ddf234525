import { DefaultLogger } from '@mikro-orm/core'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'sk_test_canary/+=<&>"0123456789'

// The API runs in this process, so that its queries can be seen.
let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  for (const name of ['WATCHED', 'STRIPE_KEY', 'GITHUB_TOKEN']) await acme.createSecret(name, value)
})
afterAll(() => app.close())

/** The texts of all queries that the stores of this process send from now on. */
function watchQueries(): () => string[] {
  const log = vi.spyOn(DefaultLogger.prototype, 'logQuery')
  onTestFinished(() => log.mockRestore())
  return () => log.mock.calls.map(([{ query }]) => query)
}

test('the list of secrets is one query for any number, and reads no sealed value', async () => {
  const queries = watchQueries()
  await acme.admin.graphql(documents.secrets, { workspace: 'acme' })
  const ofSecrets = queries().filter((sql) => sql.includes('"secret"'))
  expect(ofSecrets).toHaveLength(1)
  const columns = /^select (.*) from "secret"/.exec(ofSecrets[0] ?? '')?.[1]
  expect(columns).toContain('"name"')
  expect(columns).toContain('"updated_at"')
  expect(columns).not.toMatch(/\bsealed\b|\*/)
})

test('no answer about secrets reads a sealed value', async () => {
  const queries = watchQueries()
  await acme.admin.graphql(documents.secretPolicy, { workspace: 'acme', name: 'WATCHED' })
  await acme.admin.graphql(documents.secretUsages, { workspace: 'acme', name: 'WATCHED' })
  await acme.admin.mutate(documents.setSecretPolicy, {
    input: { workspace: 'acme', name: 'WATCHED', allowedHosts: [] },
  })
  await acme.admin.mutate(documents.updateSecret, { input: { workspace: 'acme', name: 'WATCHED', value } })
  await acme.admin.mutate(documents.deleteSecret, { input: { workspace: 'acme', name: 'WATCHED' } })
  const reads = queries().filter((sql) => /^select/.test(sql) && sql.includes('"secret"'))
  expect(reads.length).toBeGreaterThan(1)
  expect(reads.filter((sql) => /\bsealed\b|\*/.test(sql.split(' from ')[0] ?? ''))).toEqual([])
})
