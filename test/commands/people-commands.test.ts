import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { TestApp } from '../support/app.ts'
import { type CommandLine, openCommandLine } from '../support/command-here.ts'
import * as documents from '../support/documents.ts'
import { LineWorld } from './line-world.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

const world = new LineWorld()
let app: TestApp
let line: CommandLine
let member: CommandLine
beforeAll(async () => {
  await world.open()
  ;({ app, line, member } = world)
})
afterAll(() => world.close())

describe('tokens', () => {
  test('are made, kept in a file that nobody else reads, listed and revoked', async () => {
    const output = join(line.folder, 'new-token')
    const made = await line.json([
      'tokens',
      'create',
      'ci',
      '--role',
      'member',
      '--scope',
      'runs:start',
      '--output',
      output,
    ])
    expect(made.data).toMatchObject({ name: 'ci', token: null, file: output, scopes: ['runs:start'] })
    expect((await stat(output)).mode & 0o777).toBe(0o600)
    const token = (await readFile(output, 'utf8')).trim()
    const own = await openCommandLine({ LOCKSTEP_URL: app.url, LOCKSTEP_TOKEN: token })
    expect((await own.run(['secrets', 'list'])).stderr).toContain('lacks the scope secrets:read')
    const { data } = await line.json(['tokens', 'list'])
    expect(data.tokens).toContainEqual(expect.objectContaining({ name: 'ci', role: 'MEMBER' }))
    expect((await line.json(['tokens', 'revoke', 'ci'])).data).toMatchObject({ name: 'ci', revoked: true })
    await expect.poll(async () => (await own.run(['secrets', 'list'])).code).toBe(78)
    await own.close()
  })

  test('are printed once without a file, and never over a file that is there', async () => {
    const made = await line.json(['tokens', 'create', 'printed', '--role', 'MEMBER', '--days', 'never'])
    expect(made.data).toMatchObject({ token: expect.stringMatching(/^lks_acme\./), expiresAt: null })
    const there = await world.fileOf('there', 'kept')
    const refused = await line.run(['tokens', 'create', 'lost', '--role', 'MEMBER', '--output', there])
    expect([refused.code, await readFile(there, 'utf8')]).toEqual([78, 'kept'])
    expect(
      (await line.json(['tokens', 'list'])).data.tokens.map((it: { name: string }) => it.name),
    ).not.toContain('lost')
  })
})

describe('members', () => {
  test('are invited, listed, given a role and removed', async () => {
    const bob = await app.signUp('Bob', 'bob@example.com')
    const { data } = await line.json(['members', 'invite', 'bob@example.com'])
    await bob.mutate(documents.acceptInvitation, { token: new URL(data.url).hash.slice(1) })
    expect((await line.json(['members', 'role', 'Bob@example.com', 'admin'])).data.role).toBe('ADMIN')
    const listed = await line.json(['members', 'list'])
    expect(listed.data.members).toContainEqual(
      expect.objectContaining({ email: 'bob@example.com', role: 'ADMIN' }),
    )
    expect((await line.json(['members', 'remove', 'bob@example.com'])).data.removed).toBe(true)
    const gone = await line.run(['members', 'remove', 'bob@example.com'])
    expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining('No member has this email')])
  })

  test('are changed by an admin alone', async () => {
    const refused = await member.run(['members', 'invite', 'eve@example.com', '--json'])
    expect(refused.code).toBe(1)
    expect(JSON.parse(refused.stdout).error.code).toBe('FORBIDDEN')
  })
})
