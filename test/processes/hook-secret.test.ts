import { expect, onTestFinished, test, vi } from 'vitest'
import { startApi } from '../../src/processes/api.ts'
import { startTestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 120_000 })

const post = (url: string, path: string) =>
  fetch(`${url}${path}`, { method: 'POST', body: '{}' }).then(({ status }) => status)

test('API processes share the URLs of hooks, and a replaced one is refused by all of them within seconds', async () => {
  const app = await startTestApp()
  onTestFinished(() => app.close())
  const other = await startApi({ ...app.config, port: 0 }, app.logger)
  onTestFinished(() => other.stop())
  await other.ready
  const there = `http://127.0.0.1:${other.port}`
  const acme = await createTestWorkspace(app, 'acme')
  const { id, hookUrl } = await acme.createAutomation('Shared', [])
  const path = new URL(hookUrl).pathname
  expect([await post(app.url, path), await post(there, path)]).toEqual([202, 202])
  const { automation } = await acme.admin.mutate(documents.rotateHook, { id })
  const next = new URL(automation.hookUrl).pathname
  expect([await post(app.url, next), await post(there, next)]).toEqual([202, 202])
  await expect.poll(() => post(app.url, path)).toBe(404)
  await expect.poll(() => post(there, path)).toBe(404)
})

test('with LOCKSTEP_HOOK_SECRET the database has nothing that the URLs of hooks could be made of', async () => {
  const secret = 'a-secret-of-hooks-that-is-in-no-database'
  const app = await startTestApp({ env: { LOCKSTEP_HOOK_SECRET: secret } })
  onTestFinished(() => app.close())
  const acme = await createTestWorkspace(app, 'acme')
  const { id, hookUrl } = await acme.createAutomation('Apart', [])
  expect(await post(app.url, new URL(hookUrl).pathname)).toBe(202)
  expect(await app.database.query('select * from hook_key')).toEqual([])
  // An API with another secret takes the URL for a forged one.
  const without = await startApi({ ...app.config, hookSecret: undefined, port: 0 }, app.logger)
  onTestFinished(() => without.stop())
  await without.ready
  const there = `http://127.0.0.1:${without.port}`
  const { data } = await acme.admin.graphql(documents.automation, { id })
  expect(data.automation.hookUrl).toBe(hookUrl)
  expect(await post(there, new URL(hookUrl).pathname)).toBe(404)
})
