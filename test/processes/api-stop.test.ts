import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { holdTable } from '../support/held-table.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
})
afterAll(() => app.close())

const steps = [{ key: 'set', type: 'set-values', fields: { values: 1 } }]

const PATIENCE = { timeout: 20_000 }

/** Sends a request that has to wait for the table, and lets it go on once the API has been told to stop. */
async function whileStopping<T>(table: string, send: () => Promise<T>): Promise<T> {
  const held = await holdTable(app.database, table)
  const answer = send()
  await vi.waitUntil(async () => (await held.waiting()) > 0, PATIENCE)
  const stopping = app.stopApi()
  await vi.waitUntil(takesNoConnection, PATIENCE)
  await held.release()
  const startAgain = await stopping
  await startAgain()
  return answer
}

async function takesNoConnection(): Promise<boolean> {
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1')
  try {
    await once(socket, 'connect')
    return false
  } catch {
    return true
  } finally {
    socket.destroy()
  }
}

test('an API that is stopped starts the runs of the hooks that it has received', async () => {
  const { hookUrl } = await acme.createAutomation('Hooked', steps)
  const { status, text } = await whileStopping('automation', () =>
    app.anonymous.request(new URL(hookUrl).pathname, { method: 'POST', body: '{}' }),
  )
  expect(status).toBe(202)
  expect(await acme.waitForRun(JSON.parse(text).runId)).toMatchObject({ status: 'SUCCEEDED' })
})

test('an API that is stopped answers the person whose request it has received', async () => {
  // Nothing is remembered of her yet, so her session is looked up.
  const person = await app.signUp('Ann', 'ann@example.com')
  const { data } = await whileStopping('auth_session', () => person.graphql(documents.viewer))
  expect(data?.viewer).toMatchObject({ email: 'ann@example.com' })
})
