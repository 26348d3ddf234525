import { spawnSync } from 'node:child_process'
import { expect, onTestFinished, test, vi } from 'vitest'
import { runCommand, runLockstep } from '../support/command.ts'
import * as documents from '../support/documents.ts'
import { main } from '../support/instance.ts'
import { startLockstep } from '../support/lockstep-process.ts'
import type { TestWorkspace } from '../support/workspace.ts'
import { BackupWorld, createEmptyDatabase, expectSameRows, rowsOf } from './backup-world.ts'

vi.setConfig({ testTimeout: 240_000 })

const world = new BackupWorld()
const STEPS = [{ key: 'told', type: 'set-values', fields: { values: { at: 'now' } } }]

/** The folder of a `pg_dump` that is as new as the server; an older one refuses. */
async function findPrograms(): Promise<{ folder: string | undefined; major: string }> {
  const [row] = await world.app.database.query<{ major: string }>(
    `select (current_setting('server_version_num')::int / 10000)::text as major`,
  )
  const major = row?.major ?? ''
  const isRight = (folder: string) =>
    String(spawnSync(`${folder}/pg_dump`, ['--version']).stdout).includes(` ${major}.`)
  return { folder: [`/usr/lib/postgresql/${major}/bin`, '/usr/bin'].find(isRight), major }
}

// `npm run test:postgres -- 15` with Debian's postgresql-client-15, for one.
test('a dump that pg_dump made is paused where pg_restore loads it: what waits runs once, after resume', async (context) => {
  const { folder, major } = await findPrograms()
  if (folder === undefined)
    context.skip(`there is no pg_dump of PostgreSQL ${major}, which this suite runs on`)
  const { app } = world
  const [acme] = world.workspaces as [TestWorkspace]
  const { id } = await acme.createAutomation('waits', STEPS)
  await app.stopWorker()
  const { run } = await acme.admin.mutate(documents.runAutomation, { input: { automation: id } })
  const before = await rowsOf(app.database)
  const program = async (name: string, ...args: string[]) =>
    expect(await runCommand(`${folder}/${name}`, args, {})).toMatchObject({ code: 0, stderr: '' })
  await program('pg_dump', '-Fc', '--file', world.file('dump'), app.database.url.reveal())
  const database = await createEmptyDatabase()
  await program('pg_restore', '--no-owner', '--dbname', database.url.reveal(), world.file('dump'))
  expectSameRows(before, await rowsOf(database))
  await world.expectLogsVerify(database)

  const worker = startLockstep([main, 'worker'], world.settings(database), app.log.splice(app.log.length))
  onTestFinished(() => void worker.stop())
  await worker.untilSays(/"level":"warn".*restored or copied/)
  const beat = async () =>
    (await database.query<{ at: string }>('select seen_at::text as at from run_worker'))[0]?.at
  const first = await beat()
  await vi.waitUntil(async () => (await beat()) !== first, { timeout: 30_000, interval: 100 })
  const runs = () => database.query('select status from run where id = $1', [run.id.split('.')[1]])
  expect(await runs()).toEqual([{ status: 'QUEUED' }])
  expect(await runLockstep(['resume'], world.settings(database))).toMatchObject({ code: 0 })
  await expect.poll(runs, { timeout: 60_000 }).toEqual([{ status: 'SUCCEEDED' }])
})
