import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { FAILURE } from '../../src/commands/facts.ts'
import { makeCertificate, writePem } from '../keys/certificates.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { runLockstep } from '../support/command.ts'
import { type CommandLine, expectForm, openCommandLine } from '../support/command-here.ts'
import { createTestDatabase } from '../support/database.ts'
import { createTestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let app: TestApp
let line: CommandLine
let env: NodeJS.ProcessEnv
beforeAll(async () => {
  app = await startTestApp()
  const acme = await createTestWorkspace(app, 'acme')
  await acme.createSecret('KEY', 'value-of-a-database-command-5512')
  line = await openCommandLine({})
  env = {
    DATABASE_URL: app.database.url.reveal(),
    LOCKSTEP_DATA: app.config.dataFolder,
    LOCKSTEP_ROOT_KEY_FILE: app.config.rootKeyFile,
  }
})
afterAll(async () => {
  await line.close()
  await app.close()
})

/** Runs a command with `--json`. @returns the one object on its standard output. */
async function json(args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const { code, stdout, stderr } = await runLockstep([...args, '--json'], { ...env, ...more })
  expect(stdout, stderr).not.toBe('')
  return { code, data: JSON.parse(stdout) }
}

/** Everything that a command may print, in the form that it declares. */
async function expectDone(args: readonly string[], code = 0) {
  const done = await json(args)
  expectForm(args, done.data)
  expect([args, done.code]).toEqual([args, code])
  return done.data
}

function expectFailure({ code, data }: Awaited<ReturnType<typeof json>>, exitCode: number, words: RegExp) {
  expect(data).toMatchObject({ ok: false, exitCode, error: { message: expect.stringMatching(words) } })
  expect(Object.keys(data.error)).toEqual(Object.keys(FAILURE.error))
  expect(code).toBe(exitCode)
}

test('each command on the database prints the one object that it declares', async () => {
  await expectDone(['doctor'])
  await expectDone(['pause'])
  await expectDone(['resume'])
  await expectDone(['keys', 'list'])
  await expectDone(['keys', 'seal-policies'])
  await expectDone(['keys', 'rotate-workspace', 'acme'])
  const { chains } = await expectDone(['audit', 'verify'])
  expect(chains.map((it: { workspace: string }) => it.workspace)).toContain('acme')
  const [person] = await app.database.query<{ email: string }>('select email from auth_user limit 1')
  const { messages } = await expectDone(['members', 'reset-password', String(person?.email)])
  expect(messages.join(' ')).toContain('http')
})

test('a recovery key is added and removed, and a root key that is not lost is not replaced by it', async () => {
  const { certificate, key } = makeCertificate()
  const file = await writePem(join(line.folder, 'recovery.pem'), certificate)
  const added = await expectDone(['keys', 'add-recovery', file])
  const [fingerprint = ''] = /\b[0-9a-f]{64}\b/.exec(JSON.stringify(added)) ?? []
  await expectDone(['keys', 'remove-recovery', fingerprint])
  const keyFile = await writePem(join(line.folder, 'recovery-key.pem'), key)
  expectFailure(await json(['keys', 'recover', '--key', keyFile]), 1, /nothing to recover/)
})

test('the root key is replaced, and a rotation that waits for a person ends with 75 and is taken back', async () => {
  const to = join(line.folder, 'next-root.pem')
  const waits = await expectDone(['keys', 'rotate-root', '--to', to, '--wait', '1'], 75)
  expect(waits).toMatchObject({ ok: false, exitCode: 75 })
  expect(waits.messages.join(' ')).toContain('put the new one in its place')
  await expectDone(['keys', 'rotate-root', '--cancel'])
  const { messages } = await expectDone(['keys', 'rotate-root'])
  const [fingerprint = ''] = /\b[0-9a-f]{64}\b/.exec(messages.join(' ')) ?? []
  expect(messages).toContain(`The root key ${fingerprint} is in force.`)
  const { messages: listed } = await expectDone(['keys', 'list'])
  expect(listed.join(' ')).toContain(fingerprint)
})

test('a backup is written and restored, and a database that is not empty is refused', async () => {
  const file = join(line.folder, 'instance.backup')
  await expectDone(['backup', file])
  expect((await readFile(file)).length).toBeGreaterThan(1000)
  const empty = await createTestDatabase('template0')
  try {
    const done = await json(['restore', file], { DATABASE_URL: empty.url.reveal() })
    expectForm(['restore', file], done.data)
    expect(done.code).toBe(0)
  } finally {
    await empty.drop()
  }
  expectFailure(await json(['restore', file]), 78, /empty/)
})

test.each([
  ['a setting that is wrong', ['keys', 'list'], { DATABASE_URL: 'nonsense' }, 78, /^DATABASE_URL /],
  ['a setting that is wrong, of a command over the API', ['secrets', 'list'], { PORT: 'x' }, 78, /^PORT /],
  ['an option that there is not', ['doctor', '--nothing'], {}, 64, /--nothing/],
  ['an argument that is missing', ['backup'], {}, 64, /file/],
  ['a workspace that there is not', ['audit', 'verify', '--workspace', 'none'], {}, 1, /no workspace none/],
  ['a file that there is not', ['audit', 'verify', '/none/log.jsonl'], {}, 1, /could not be read/],
] as const)('%s is told as JSON too', async (_what, args, wrong, code, words) => {
  expectFailure(await json(args, wrong), code, words)
})
