import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { freePorts, statusOf } from '../support/instance.ts'
import { startLockstep } from '../support/lockstep-process.ts'

// What the Dockerfile does, without Docker: the build alone in a folder that nobody can change, run by a user without rights.
const NOBODY = 65_534
const SETPRIV = '/usr/bin/setpriv'
const canBecomeNobody = process.getuid?.() === 0 && existsSync(SETPRIV)

let folder: string
let data: string
let database: TestDatabase
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-read-only-'))
  data = await mkdtemp(join(tmpdir(), 'lockstep-data-'))
  for (const part of ['package.json', 'dist'])
    await cp(`packages/lockstep/${part}`, join(folder, part), { recursive: true })
  await cp(process.execPath, join(folder, 'node'))
  await promisify(execFile)('chmod', ['-R', 'u=rX,go=rX', folder])
  if (canBecomeNobody) await promisify(execFile)('chown', ['-R', String(NOBODY), data])
  database = await createTestDatabase()
})
afterAll(async () => {
  await promisify(execFile)('chmod', ['-R', 'u+w', folder])
  await rm(folder, { recursive: true, force: true })
  await rm(data, { recursive: true, force: true })
  await database.drop()
})

function start(command: string, env: NodeJS.ProcessEnv) {
  const node = [join(folder, 'node'), join(folder, 'dist/lockstep.js'), command]
  const asNobody = [SETPRIV, `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--no-new-privs']
  const [program = '', ...args] = canBecomeNobody ? [...asNobody, ...node] : node
  const settings = {
    DATABASE_URL: database.url.reveal(),
    LOCKSTEP_DATA: data,
    HOME: data,
    NODE_COMPILE_CACHE: '',
  }
  return startLockstep(args, { ...settings, ...env }, [], program)
}

test('a built folder that nobody can change serves the web app and runs a worker, by a user without rights', async () => {
  const installed = await readdir(folder, { recursive: true })
  const { PORT, LOCKSTEP_WORKER_PORT } = await freePorts()
  const migration = start('migrate', {})
  expect(await migration.ended, migration.output.join('\n')).toBe(0)
  const worker = start('worker', { LOCKSTEP_WORKER_PORT })
  await worker.untilSays(/worker takes runs/)
  const api = start('api', { PORT, LOCKSTEP_DATA: join(data, 'api') })
  await api.untilSays(/API is ready/)
  expect(await statusOf(`http://127.0.0.1:${PORT}/readyz`)).toBe(200)
  const page = await fetch(`http://127.0.0.1:${PORT}/`)
  expect([page.status, await page.text()]).toEqual([200, expect.stringMatching(/<!doctype html>/i)])
  // The root key is the only thing that was written anywhere.
  expect(await readdir(data)).toEqual(['root-key.pem'])
  expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0])
  expect(await readdir(folder, { recursive: true })).toEqual(installed)
})
