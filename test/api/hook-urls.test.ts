import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashOldHooks } from '../../src/store/hash-old-hooks.ts'
import { openStore } from '../../src/store/store.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { unknown } from '../support/operations.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp({ worker: true })
  acme = await createTestWorkspace(app, 'acme')
})
afterAll(() => app.close())

const call = async (url: string): Promise<number> =>
  (await app.anonymous.request(new URL(url).pathname, { method: 'POST', body: '{}' })).status

const rotate = async (id: string): Promise<string> =>
  (await acme.admin.mutate(documents.rotateHook, { id })).automation.hookUrl

/** What is stored of the automation, as text. */
async function storedOf(id: string): Promise<string> {
  const sql = 'select to_json(automation)::text as row from automation where id = $1'
  const [found] = await app.database.query<{ row: string }>(sql, [id.replace('acme.', '')])
  return found?.row ?? ''
}

test('the URL is the same each time, and the table holds nothing of it but the id', async () => {
  const { id, hookUrl } = await acme.createAutomation('Derived', [])
  const { data } = await acme.admin.graphql(documents.automation, { id })
  expect(data.automation.hookUrl).toBe(hookUrl)
  const token = hookUrl.split('.').at(-1) ?? ''
  expect(token).toHaveLength(43)
  const row = await storedOf(id)
  for (const text of [token, createHash('sha256').update(token).digest('hex')])
    expect(row).not.toContain(text)
})

test('a URL that differs in any character starts nothing', async () => {
  const { hookUrl } = await acme.createAutomation('Exact', [])
  const other = await acme.createAutomation('Other', [])
  const [base, token = ''] = hookUrl.split('/hooks/acme.')
  const [, foreign = ''] = other.hookUrl.split('/hooks/acme.')
  const altered = [
    ...[0, 10, 22, 30, 41, 42].map(
      (at) => `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`,
    ),
    // The last character has bits that a decoder ignores.
    `${token.slice(0, -1)}${String.fromCharCode((token.codePointAt(42) ?? 0) + 1)}`,
    // The id of one automation and the proof of another.
    `${token.slice(0, 22)}${foreign.slice(22)}`,
    token.slice(0, -1),
    `${token}A`,
    '',
  ]
  for (const text of altered) expect([text, await call(`${base}/hooks/acme.${text}`)]).toEqual([text, 404])
  expect(await call(hookUrl)).toBe(202)
})

test('a replaced URL starts nothing within seconds, the new one does, and the audit log says who did it', async () => {
  const { id, version, hookUrl } = await acme.createAutomation('Rotated', [])
  expect(await call(hookUrl)).toBe(202)
  const next = await rotate(id)
  const log = await acme.admin.graphql(documents.auditLog, { workspace: 'acme', first: 5 })
  expect(log.data.auditLog).toContainEqual(
    expect.objectContaining({
      action: 'automation.rotate_hook',
      target: 'Rotated',
      detail: { id },
      actor: acme.admin.email,
    }),
  )
  expect(next).not.toBe(hookUrl)
  expect(await call(next)).toBe(202)
  await expect.poll(() => call(hookUrl)).toBe(404)
  const { data } = await acme.admin.graphql(documents.automation, { id })
  // Nobody who edits the automation at this moment meets a conflict.
  expect(data.automation).toMatchObject({ version, hookUrl: next })
})

test('a request that began before the URL was replaced, and goes on for longer, starts nothing', async () => {
  const { id, hookUrl } = await acme.createAutomation('Hanging', [])
  // From now on the API remembers it for seconds.
  expect(await call(hookUrl)).toBe(202)
  const held = Promise.withResolvers<void>()
  const body = new ReadableStream({
    async pull(controller) {
      controller.enqueue(new TextEncoder().encode('{}'))
      await held.promise
      controller.close()
    },
  })
  const init = { method: 'POST', body, duplex: 'half' } as RequestInit
  const answer = app.anonymous.request(new URL(hookUrl).pathname, init)
  await rotate(id)
  // As long as any API may go by what it remembers.
  await expect.poll(() => call(hookUrl)).toBe(404)
  held.resolve()
  expect((await answer).status).toBe(404)
})

test('the hook of a deleted or unknown automation cannot be replaced', async () => {
  const { id } = await acme.createAutomation('Deleted', [])
  await acme.admin.mutate(documents.deleteAutomation, { id })
  for (const gone of [id, unknown('acme')]) {
    const { data } = await acme.admin.graphql(documents.rotateHook, { id: gone })
    expect(data.rotateHook.code).toBe('NOT_FOUND')
  }
})

/** An automation with a URL as the version before made it. */
async function createOld(name: string, token: string) {
  const automation = await acme.createAutomation(name, [])
  const sql = 'update automation set hook_token = $1 where id = $2'
  await app.database.query(sql, [token, automation.id.replace('acme.', '')])
  return { ...automation, old: `${app.url}/hooks/acme.${token}` }
}

test('a URL from before works beside the derived one until the hook is rotated, and only its hash is kept', async () => {
  const during = await createOld('During the upgrade', 'an-old_token-of-32-characters-A1')
  expect([await call(during.old), await call(during.hookUrl)]).toEqual([202, 202])
  const token = 'an-old_token-of-32-characters-B2'
  const { id, hookUrl, old } = await createOld('After it', token)
  const store = await openStore(app.database.url)
  expect([await hashOldHooks(store), await hashOldHooks(store)]).toEqual([2, 0])
  await store.close()
  const row = await storedOf(id)
  expect(row).not.toContain(token)
  expect([await call(old), await call(hookUrl)]).toEqual([202, 202])
  // Who reads the table has nothing to send.
  const stored = /sha256:[0-9a-f]{64}/.exec(row)?.[0] ?? expect.unreachable('no hash')
  for (const text of [stored, encodeURIComponent(stored), stored.slice('sha256:'.length)]) {
    expect(await call(`${app.url}/hooks/acme.${text}`)).toBe(404)
  }
  const next = await rotate(id)
  expect(await call(next)).toBe(202)
  await expect.poll(() => call(old)).toBe(404)
  await expect.poll(() => call(hookUrl)).toBe(404)
})

test('with a person who is removed, all hooks get another URL if the admin wants it', async () => {
  const { hookUrl } = await acme.createAutomation('Seen', [])
  const leave = async (rotateHooks: boolean) => {
    const guest = await app.signUp('Guest')
    const invitation = { workspace: 'acme', email: guest.email, role: 'MEMBER' }
    const { url } = await acme.admin.mutate(documents.inviteMember, { input: invitation })
    await guest.mutate(documents.acceptInvitation, { token: new URL(url).hash.slice(1) })
    const { viewer } = (await guest.graphql(documents.viewer)).data
    const query = `mutation ($input: MemberInput!) { removeMember(input: $input) {
      ... on RemoveMemberSuccess { hooksRotated hooks { name hookUrl } } } }`
    const input = { workspace: 'acme', member: viewer.id, rotateHooks }
    const { hooksRotated, hooks } = await acme.admin.mutate(query, { input })
    const seen = hooks.find(({ name }: { name: string }) => name === 'Seen')
    return { hooksRotated, url: seen.hookUrl }
  }
  expect(await leave(false)).toEqual({ hooksRotated: false, url: hookUrl })
  const { hooksRotated, url } = await leave(true)
  expect([hooksRotated, url === hookUrl, await call(url)]).toEqual([true, false, 202])
  await expect.poll(() => call(hookUrl)).toBe(404)
})
