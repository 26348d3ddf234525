import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { findEmbeddedPostgres } from '../../src/embedded-postgres/embedded-postgres.ts'
import { createLogger } from '../../src/log.ts'
import {
  EmbeddedFolder,
  isPostgres,
  killed,
  killServer,
  openClient,
  pidOf,
  postmasterPid,
  query,
} from '../support/embedded-folder.ts'

// Starting a server takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

const at = new EmbeddedFolder()

describe('after a crash', () => {
  test('a server that a killed Lockstep left behind is replaced', async () => {
    const { child, said } = await at.startElsewhere()
    await query(said.url ?? '', 'create table kept ()')
    const orphan = await pidOf(at.folder)
    await killed(child)
    await vi.waitFor(async () => expect(await findEmbeddedPostgres(at.folder)).toBeUndefined(), 20_000)
    expect(await isPostgres(orphan)).toBe(true)
    const { url } = await at.start()
    expect(await pidOf(at.folder)).not.toBe(orphan)
    expect(await isPostgres(orphan)).toBe(false)
    await query(url, 'table kept')
  })

  test('of Lockstep and server together the next start recovers the committed data', async () => {
    const { child, said } = await at.startElsewhere()
    await query(said.url ?? '', 'create table kept as select 7 as it')
    await killed(child)
    await killServer(at.folder)
    expect(await findEmbeddedPostgres(at.folder)).toBeUndefined()
    expect(await query((await at.start()).url, 'table kept')).toEqual([{ it: 7 }])
  })

  test('a stale pid file with the number of a living unrelated process does not stop the start', async () => {
    const first = await at.startAgain()
    const file = join(at.folder, 'cluster/postmaster.pid')
    const text = await readFile(file, 'utf8')
    await first.stop()
    const unrelated = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'])
    at.watch(unrelated)
    await writeFile(file, text.replace(/^\d+/, String(unrelated.pid)))
    const { url } = await at.start()
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(unrelated.exitCode).toBeNull()
  })

  test('of only the server it returns at the same URL with its lock', async () => {
    const server = await at.startAgain()
    await query(server.url, 'create table kept ()')
    const before = await pidOf(at.folder)
    process.kill(before, 'SIGKILL')
    await vi.waitFor(() => query(server.url, 'table kept'), { timeout: 60_000 })
    expect(await pidOf(at.folder)).not.toBe(before)
    await vi.waitFor(async () => expect(await findEmbeddedPostgres(at.folder)).toBe(server.urls.owner), {
      timeout: 60_000,
    })
    await expect(at.start()).rejects.toThrow(/already runs/)
    await server.stop()
    expect(await postmasterPid(at.folder)).toBeUndefined()
  })

  test('of one server process the lock is kept', async () => {
    const server = await at.startAgain()
    const client = await openClient(server.url)
    const broken = once(client, 'error')
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    const before = await pidOf(at.folder)
    process.kill(rows[0]?.pid ?? Number.NaN, 'SIGKILL')
    await broken
    await vi.waitFor(async () => expect(await findEmbeddedPostgres(at.folder)).toBe(server.urls.owner), {
      timeout: 60_000,
    })
    expect(await pidOf(at.folder)).toBe(before)
    await expect(at.start()).rejects.toThrow(/already runs/)
  })

  test('without a possible recovery the loss is reported', async () => {
    const server = await at.startAgain()
    await writeFile(join(at.folder, 'cluster/global/pg_control'), '')
    await killServer(at.folder)
    await server.lost
    await server.stop()
    expect(await findEmbeddedPostgres(at.folder)).toBeUndefined()
  })

  test('stop() during the recovery leaves nothing running', async () => {
    const log = createLogger('silent', 'test')
    const begun = new Promise((resolve) => vi.spyOn(log, 'warn').mockImplementation(resolve))
    const server = await at.startAgain({ log })
    await killServer(at.folder)
    await begun
    await server.stop()
    expect(await postmasterPid(at.folder)).toBeUndefined()
  })

  test('stop() before the end was noticed starts nothing', async () => {
    const server = await at.startAgain()
    const before = await pidOf(at.folder)
    process.kill(before, 'SIGKILL')
    await server.stop()
    await vi.waitFor(async () => expect(await isPostgres(before)).toBe(false), 20_000)
    expect(await postmasterPid(at.folder)).toSatisfy((it) => it === undefined || it === before)
    await at.start()
  })
})
