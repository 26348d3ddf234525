import { cp, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { findEmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded-postgres/embedded-postgres.ts'
import { createLogger } from '../../src/log.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { grantRights } from '../../src/store/grant-rights.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openStore } from '../../src/store/store.ts'
import { runLockstep } from '../support/command.ts'
import * as documents from '../support/documents.ts'
import { freePorts, startInstance } from '../support/instance.ts'
import { startWorkerHere, type WorkerHere } from '../support/worker-here.ts'
import { createTestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 })

const steps = [{ key: 'told', type: 'set-values', fields: { values: { at: 'now' } } }]
let folder: string
const at = (name: string) => join(folder, name)
const settings = async (name: string): Promise<NodeJS.ProcessEnv> => ({
  ...(await freePorts()),
  LOCKSTEP_DATA: at(name),
  LOCKSTEP_SIGN_UP: 'open',
})

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-copied-'))
})
afterAll(() => rm(folder, { recursive: true, maxRetries: 5 }))

/**
 * The database of a folder, brought up to date as each start does, and a worker on it: all that runs automations. A whole
 * instance has a process for each of its parts, which takes many times longer to start.
 */
async function startDatabaseAndWorker(name: string): Promise<WorkerHere> {
  const folder = join(at(name), 'postgres')
  const log = createLogger('silent', 'test')
  const database = await startEmbeddedPostgres({ folder, log })
  const owner = new Sensitive(database.urls.owner)
  await migrate(owner, log)
  await grantRights(owner)
  const worker = await startWorkerHere(await settings(name))
  return {
    ...worker,
    async stop() {
      await worker.stop()
      await database.stop()
    },
  }
}

/** The states of all runs in the database that an instance runs in this folder. */
async function states(name: string): Promise<string[]> {
  const store = await openStore(
    new Sensitive((await findEmbeddedPostgres(join(at(name), 'postgres'))) ?? ''),
    1,
  )
  try {
    const rows = await store.em().execute<{ status: string }[]>('select status from run')
    return rows.map(({ status }) => status)
  } finally {
    await store.close()
  }
}

test('a copied data folder runs nothing; the original does, and so does a folder that was moved', async () => {
  const first = await startInstance(await settings('data'))
  const workspace = await createTestWorkspace(first.people, 'acme')
  const { id } = await workspace.createAutomation('told', steps)
  expect(await runLockstep(['pause'], { LOCKSTEP_DATA: at('data') })).toMatchObject({ code: 0 })
  await workspace.admin.mutate(documents.runAutomation, { input: { automation: id } })
  await first.process.stop()
  // A command works on an instance that does not run as well. What is left is a run that waits.
  expect(await runLockstep(['resume'], { LOCKSTEP_DATA: at('data') })).toMatchObject({ code: 0 })
  await cp(at('data'), at('copy'), { recursive: true, preserveTimestamps: true })

  const copy = await startDatabaseAndWorker('copy')
  await copy.untilSays(/its database was restored or copied/)
  expect(await states('copy')).toEqual(['QUEUED'])
  await copy.stop()

  await rename(at('data'), at('moved'))
  const moved = await startInstance(await settings('moved'))
  await expect.poll(() => states('moved'), { timeout: 60_000 }).toEqual(['SUCCEEDED'])
  expect(moved.process.output.join('\n')).not.toContain('paused')
  await moved.process.stop()

  const resumed = await runLockstep(['resume'], { LOCKSTEP_DATA: at('copy') })
  expect(resumed).toMatchObject({ code: 0, stdout: expect.stringContaining('Runs that begin now: 1.') })
  const again = await startDatabaseAndWorker('copy')
  await expect.poll(() => states('copy'), { timeout: 60_000 }).toEqual(['SUCCEEDED'])
  await again.stop()
})

test('a backup of an embedded database that does not run makes another one, which waits for its root key', async () => {
  const from = { LOCKSTEP_DATA: at('moved') }
  expect(await runLockstep(['backup', at('file')], from)).toMatchObject({ code: 0, stdout: '' })
  const into = { LOCKSTEP_DATA: at('restored') }
  const result = await runLockstep(['restore', at('file')], into)
  expect(result.stdout).toContain('Restored: ')
  expect(result.stdout).toMatch(/✗ root key: There is no root key at .*and this database has one/)
  expect(result.code).toBe(1)
  expect(await runLockstep(['restore', at('file')], into)).toMatchObject({
    code: 78,
    stderr: expect.stringContaining('This database is not empty'),
  })
  await cp(join(at('moved'), 'root-key.pem'), join(at('restored'), 'root-key.pem'))
  const restored = await startDatabaseAndWorker('restored')
  await restored.untilSays(/its database was restored or copied/)
  expect(await runLockstep(['resume'], into)).toMatchObject({ code: 0 })
  expect(await states('restored')).toEqual(['SUCCEEDED'])
  await restored.stop()
})
