import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import * as documents from '../support/documents.ts'
import { openStatementLine, type StatementLine } from '../support/statement-line.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'sk_test_canary/+=<&>"0123456789'

let database: TestDatabase
let line: StatementLine
let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  database = await createTestDatabase()
  line = await openStatementLine(database.url)
  // The worker asks on its own, past the line: it has to read sealed values.
  const worker = await startTestApp({ env: { DATABASE_URL: database.url.reveal() } })
  app = await startTestApp({ worker: false, env: { DATABASE_URL: line.url.reveal() } })
  acme = await createTestWorkspace(app, 'acme')
  await worker.close()
  for (const name of ['WATCHED', 'STRIPE_KEY', 'GITHUB_TOKEN']) await acme.createSecret(name, value)
})
afterAll(async () => {
  await app.close()
  await line.close()
  await database.drop()
})

/** What all statements since then have selected from the secrets. */
function watchReads(): () => string[] {
  line.executed.length = 0
  return () => line.executed.flatMap((sql) => /^select (.*?) from "?secret\b/s.exec(sql)?.[1] ?? [])
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
