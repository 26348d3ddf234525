import { afterAll, beforeAll, expect, test } from 'vitest'
import { readKeyHealth } from '../../src/domain/key-health.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { withTestDatabase } from '../support/database.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const DAY = 24 * 60 * 60 * 1000

let app: TestApp
let acme: TestWorkspace
let store: Store
let expires: Date

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  store = await openStore(app.database.url, 1)
  expires = (await readKeyHealth(store.em())).rootCertificateExpiresAt ?? new Date(0)
})
afterAll(async () => {
  await store.close()
  await app.close()
})

const healthIn = (days: number) => readKeyHealth(store.em(), new Date(expires.getTime() + days * DAY))

test('without a recovery certificate admins see a warning with the command that adds one', async () => {
  const { data } = await acme.admin.graphql(documents.administration, { id: 'acme' })
  const { keys } = data.workspace
  expect(keys).toMatchObject({ recoveryCertificates: 0, rootCertificateExpiresAt: expires.toISOString() })
  expect(expires.getTime()).toBeGreaterThan(Date.now() + 365 * DAY)
  expect(keys.warnings).toEqual([
    expect.stringMatching(/no secret can ever be opened .*`lockstep keys add-recovery/),
  ])
})

test('adding a recovery certificate removes the warning, until the certificate is retired', async () => {
  await app.database.query(
    `insert into root_certificate (fingerprint, kind, pem, created_at)
      select repeat('a', 64), 'RECOVERY', pem, now() from root_certificate`,
  )
  expect(await healthIn(-100)).toMatchObject({ recoveryCertificates: 1, warnings: [] })
  await app.database.query(`update root_certificate set retired_at = now() where kind = 'RECOVERY'`)
  expect(await healthIn(-100)).toMatchObject({ recoveryCertificates: 0, warnings: [/no recovery/] })
})

test('a root certificate that has expired or soon will is shown with the command that replaces it', async () => {
  const day = expires.toISOString().slice(0, 10)
  const told = async (days: number) => (await healthIn(days)).warnings[0]
  expect(await told(-61)).toMatch(/^There is no recovery/)
  expect(await told(-59)).toMatch(new RegExp(`expires on ${day}.*keys rotate-root`))
  expect(await told(1)).toMatch(new RegExp(`expired on ${day}.*still opens`))
})

test('a database without a worker yet has no root key', async () => {
  const empty = await openStore((await withTestDatabase()).url, 1)
  try {
    const { rootCertificateExpiresAt, warnings } = await readKeyHealth(empty.em())
    expect(rootCertificateExpiresAt).toBeNull()
    expect(warnings[0]).toMatch(/Start a worker/)
  } finally {
    await empty.close()
  }
})
