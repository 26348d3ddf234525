import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  // Some audits ask for a type, and none of them signs in.
  app = await startTestApp({ worker: false, env: { LOCKSTEP_INTROSPECTION: 'everybody' } })
})
afterAll(() => app.close())

const options = { url: () => `${app.url}/graphql`, fetchFn: fetch }

test.each(serverAudits(options).map(({ id, name, fn }) => ({ id, name, fn })))(
  'GraphQL over HTTP $id: $name',
  async ({ fn }) => {
    const result = await fn()
    // A notice is about what the specification leaves open.
    expect(['ok', 'notice'], 'reason' in result ? result.reason : '').toContain(result.status)
  },
)

test('there are as many audits as there were', () => {
  expect(serverAudits(options).length).toBeGreaterThanOrEqual(61)
})
