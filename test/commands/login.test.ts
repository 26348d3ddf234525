import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { loginByDevice } from '../../src/client/device-login.ts'
import { keepLogin, loginCredentials } from '../../src/client/login.ts'
import { readLogins } from '../../src/client/login-file.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Client } from '../support/client.ts'
import { type CommandLine, openCommandLine } from '../support/command-here.ts'
import { decideDevice } from '../support/device-login.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

let app: TestApp
let ada: Client
let line: CommandLine
beforeAll(async () => {
  app = await startTestApp()
  ada = (await createTestWorkspace(app, 'acme')).admin
  line = await openCommandLine({})
})
afterAll(async () => {
  await line.close()
  await app.close()
})

/** What `lockstep login` does, with a person who decides while it waits. */
async function login(allow = true, workspace: string | null = null) {
  let shown = ''
  const got = await loginByDevice(app.url, {
    show: ({ code }) => {
      shown = code
    },
    wait: () => decideDevice(ada, shown, allow),
  })
  await line.within(() => keepLogin({ ...got, email: ada.email, workspace }))
}

const file = () => join(line.folder, 'lockstep', 'login.json')
const kept = async () => JSON.parse(await readFile(file(), 'utf8')).logins[0]
/** As if ten minutes had passed. */
const expire = async () => {
  const content = JSON.parse(await readFile(file(), 'utf8'))
  content.logins[0].expiresAt = 0
  await writeFile(file(), JSON.stringify(content))
}

test('nobody is signed in before, and every command says what to do', async () => {
  for (const args of [['secrets', 'list'], ['whoami'], ['logout']]) {
    const { code, stderr } = await line.run(args)
    expect([code, stderr]).toEqual([78, expect.stringContaining('lockstep login')])
  }
})

test('a refusal in the browser ends the login, and nothing is kept', async () => {
  await expect(login(false)).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
    message: /refused in the browser/,
  })
  expect((await line.within(readLogins)).logins).toEqual([])
})

test('a server that knows no such sign-in is named', async () => {
  const { code, stderr } = await line.run(['login', `${app.url}/nothing`])
  expect([code, stderr]).toEqual([78, expect.stringContaining('does not')])
})

describe('a person who has signed in', () => {
  beforeEach(() => login())

  test('is who the commands act as, in their only workspace', async () => {
    const { data } = await line.json(['whoami'])
    expect(data).toMatchObject({
      email: ada.email,
      url: app.url,
      workspaces: [{ id: 'acme', role: 'ADMIN' }],
    })
    expect((await line.json(['members', 'list'])).data.members).toMatchObject([{ email: ada.email }])
  })

  test('names the workspace when there are several, or has named it at the login', async () => {
    await ada.mutate(documents.createWorkspace, { input: { id: 'globex', name: 'Globex' } })
    const refused = await line.run(['secrets', 'list'])
    expect([refused.code, refused.stderr]).toEqual([
      78,
      expect.stringMatching(/--workspace.*(acme, globex|globex, acme)/),
    ])
    expect((await line.run(['secrets', 'list', '--workspace', 'globex'])).code).toBe(0)
    await login(true, 'globex')
    expect((await line.run(['secrets', 'list'])).code).toBe(0)
  })

  test('has tokens in a file that nobody else reads, and that is refused when others may', async () => {
    expect((await stat(file())).mode & 0o777).toBe(0o600)
    await chmod(file(), 0o640)
    const { code, stderr } = await line.run(['whoami'])
    expect([code, stderr]).toEqual([78, expect.stringContaining(`chmod 600 ${file()}`)])
    await chmod(file(), 0o600)
  })

  test('goes on when the access token has ended, and commands at once do not end the login', async () => {
    const before = await kept()
    await expire()
    const ended = await kept()
    const tokens = await line.within(() =>
      Promise.all([1, 2, 3].map(() => loginCredentials({ ...ended, expiresAt: 0 }, 'acme').token())),
    )
    expect(new Set(tokens.map((it) => it.reveal())).size).toBe(1)
    expect(await kept()).not.toMatchObject({ refresh: before.refresh })
    expect((await line.run(['whoami'])).code).toBe(0)
  })

  test('is signed out here and at the server', async () => {
    const { access } = await kept()
    expect((await line.json(['logout'])).data).toEqual({ url: app.url, endedAtServer: true })
    expect((await line.run(['whoami'])).code).toBe(78)
    const { data } = await app.withToken(access).graphql(documents.viewer)
    expect(data.viewer).toBeNull()
  })

  test('is told to sign in again when the login has ended at the server', async () => {
    await ada.request('/api/auth/end-other-sessions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    await app.database.query('delete from app_grant')
    await expire()
    const { code, stderr } = await line.run(['whoami'])
    expect([code, stderr]).toEqual([78, expect.stringContaining('Sign in again: `lockstep login`')])
  })

  test('is never sent to another server than the one of the login', async () => {
    const other = await openCommandLine({ LOCKSTEP_URL: 'http://127.0.0.1:9' })
    const { code, stderr } = await line.within(() => other.run(['whoami']))
    expect([code, stderr]).toEqual([78, expect.stringContaining('Nobody has signed in')])
    await other.close()
  })
})
