import { once } from 'node:events'
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { launchAs } from '../../src/embedded-postgres/binaries.ts'
import { findEmbeddedPostgres } from '../../src/embedded-postgres/embedded-postgres.ts'
import {
  EmbeddedFolder,
  isPostgres,
  killed,
  openClient,
  pidOf,
  postmasterPid,
  query,
} from '../support/embedded-folder.ts'

const linux = process.platform === 'linux'
const root = process.getuid?.() === 0
// Starting a server takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

const at = new EmbeddedFolder()

describe('a start', () => {
  test('creates a database with the documented settings, for one user with a password on the loopback address', async () => {
    const { url } = await at.start({ fsync: true })
    const show = async (name: string) => (await query<Record<string, string>>(url, `show ${name}`))[0]?.[name]
    expect(await show('server_version')).toMatch(/^18\./)
    expect(await show('server_encoding')).toBe('UTF8')
    expect(await show('data_checksums')).toBe('on')
    expect(await show('fsync')).toBe('on')
    expect(await show('synchronous_commit')).toBe('on')
    expect(await show('listen_addresses')).toBe('127.0.0.1')
    expect(await show('unix_socket_directories')).toBe('')
    const [row] = await query<{ provider: string; name: string; upper: string }>(
      url,
      `select datlocprovider as provider, datname as name, upper('é') from pg_database where datname = current_database()`,
    )
    expect(row).toEqual({ provider: 'b', name: 'lockstep', upper: 'É' })
    const stranger = new URL(url)
    stranger.password = 'guess'
    await expect(query(stranger.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  })

  test('makes its files private to the user', async () => {
    const { urls } = await at.start()
    const modes = async (name: string) => ((await stat(join(at.folder, name))).mode & 0o777).toString(8)
    expect(await modes('.')).toBe('700')
    expect(await modes('cluster')).toBe('700')
    expect(await modes('cluster/lockstep-password')).toBe('600')
    for (const [name, url] of [
      ['database-url', urls.owner],
      ['api-database-url', urls.api],
      ['worker-database-url', urls.worker],
    ] as const) {
      expect(await modes(name)).toBe('600')
      expect(await readFile(join(at.folder, name), 'utf8')).toBe(`${url}\n`)
    }
  })

  test('finds the data of an earlier one, and leaves no process behind', async () => {
    const first = await at.startAgain()
    await query(first.url, 'create table kept (it text)')
    await query(first.url, 'insert into kept values ($1)', ['value'])
    const pid = await pidOf(at.folder)
    await Promise.all([first.stop(), first.stop()])
    expect(await isPostgres(pid)).toBe(false)
    expect((await readdir(at.folder)).sort()).toEqual(['cluster', 'log', 'start.log'])
    await expect(query(first.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    const second = await at.start()
    expect(await query(second.url, 'select it from kept')).toEqual([{ it: 'value' }])
  })

  test('closes the connections that are still open when it stops', async () => {
    const server = await at.startAgain()
    const client = await openClient(server.url)
    const broken = once(client, 'error')
    await server.stop()
    expect((await broken)[0]).toMatchObject({ code: '57P01' })
  })

  test('removes what an interrupted first one left', async () => {
    await mkdir(join(at.folder, 'tmp-half/base'), { recursive: true })
    await writeFile(join(at.folder, 'tmp-half.password'), 'x')
    await at.start()
    expect((await readdir(at.folder)).filter((it) => it.startsWith('tmp-'))).toEqual([])
  })

  test.runIf(linux)('gives the server none of our variables, and its own process group', async () => {
    vi.stubEnv('LOCKSTEP_ROOT_KEY_PASSPHRASE', 'canary-passphrase')
    vi.stubEnv('PGOPTIONS', '-c fsync=off')
    vi.stubEnv('PGSSLMODE', 'require')
    try {
      await at.startAgain({ fsync: true })
    } finally {
      vi.unstubAllEnvs()
    }
    const pid = await pidOf(at.folder)
    expect(await readFile(`/proc/${pid}/environ`, 'utf8')).not.toMatch(/canary|PGOPTIONS/)
    expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(
      (await readFile(join(at.folder, 'cluster/lockstep-password'), 'utf8')).trim(),
    )
    const groupOf = async (it: number) =>
      (await readFile(`/proc/${it}/stat`, 'utf8')).split(') ')[1]?.split(' ')[2]
    expect(await groupOf(pid)).not.toBe(await groupOf(process.pid))
  })

  test("writes no value into the server's log, whatever fails", async () => {
    const { url } = await at.startAgain()
    const canary = 'canary-8Xw2'
    await query(url, 'create table secret (it text unique)')
    await query(url, 'insert into secret values ($1)', [canary])
    const failing = [
      [`insert into secret values ($1)`, [canary]],
      [`select $1::uuid`, [canary]],
      [`select $1::json`, [`{"${canary}`]],
      [`select '${canary}' from nowhere`, undefined],
      [`do $$ begin raise warning '${canary}'; raise exception '${canary}'; end $$`, undefined],
    ] as const
    for (const [text, values] of failing) {
      await expect(query(url, text, values ? [...values] : undefined)).rejects.toThrow()
    }
    const files = (await readdir(join(at.folder, 'log'))).map((it) => join(at.folder, 'log', it))
    expect(files).toHaveLength(1)
    const logs = await Promise.all([...files, join(at.folder, 'start.log')].map((it) => readFile(it, 'utf8')))
    expect(logs.join('')).toContain('ready to accept connections')
    expect(logs.join('')).not.toContain(canary)
  })

  test.runIf(linux && root)('as root works through another account, and works again as root', async () => {
    const nobody = { uid: 65_534, gid: 65_534 }
    await mkdir(at.base, { mode: 0o700 })
    const first = await at.start({ launcher: launchAs(nobody) })
    await query(first.url, 'create table kept ()')
    expect((await stat(`/proc/${await pidOf(at.folder)}`)).uid).toBe(nobody.uid)
    await first.stop()
    const second = await at.start()
    await query(second.url, 'table kept')
    expect((await stat(join(at.folder, 'cluster'))).uid).toBe(0)
    await second.stop()
    const third = await at.start({ launcher: launchAs(nobody) })
    await query(third.url, 'table kept')
  })
})

describe('a second start', () => {
  test('in another process is refused without disturbing the first', async () => {
    const server = await at.startAgain()
    const { said } = await at.startElsewhere()
    expect(said.error).toContain(`already runs on ${at.folder}`)
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(await findEmbeddedPostgres(at.folder)).toBe(server.urls.owner)
  })

  test('in the same process is refused', async () => {
    await at.startAgain()
    await expect(at.start()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', message: /already runs/ })
  })

  test('at the same moment: exactly one succeeds, also on the very first start', async () => {
    for (const round of ['first', 'later']) {
      const starts = await Promise.all([
        at.startElsewhere(),
        at.startElsewhere(),
        at.startElsewhere(),
        at.startElsewhere(),
      ])
      const winners = starts.filter(({ said }) => said.url !== undefined)
      expect(winners, round).toHaveLength(1)
      for (const { said } of starts) if (said.error !== undefined) expect(said.error).toMatch(/already runs/)
      expect(await findEmbeddedPostgres(at.folder)).toBe(winners[0]?.said.url)
      expect((await readdir(at.folder)).filter((it) => it.startsWith('tmp-'))).toEqual([])
      for (const { child } of starts) await killed(child)
      const own = await at.start()
      await own.stop()
    }
  })

  test('on a copy of a running folder leaves the original alone', async () => {
    const original = await at.startAgain()
    const copy = join(at.base, 'copy')
    await cp(at.folder, copy, { recursive: true })
    const { url } = await at.start({ folder: copy })
    expect(url).not.toBe(original.url)
    expect(await query(original.url, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(await findEmbeddedPostgres(at.folder)).toBe(original.urls.owner)
  })
})

describe('a start that cannot succeed says what to do', () => {
  const failing = async (code = 'DATABASE_UNAVAILABLE') => {
    const error = await at.start().then(
      () => undefined,
      (it: unknown) => it,
    )
    expect(error).toMatchObject({ code })
    return error instanceof Error ? error.message : ''
  }

  test('because the password file is wrong', async () => {
    await (await at.startAgain()).stop()
    await writeFile(join(at.folder, 'cluster/lockstep-password'), 'canary-password')
    const message = await failing()
    expect(message).toMatch(/password.*Restore/)
    expect(message).not.toContain('canary')
    expect(await postmasterPid(at.folder)).toBeUndefined()
  })

  test('because the password file is missing', async () => {
    await (await at.startAgain()).stop()
    await rm(join(at.folder, 'cluster/lockstep-password'))
    expect(await failing()).toMatch(/Cannot read .*lockstep-password.*Restore/)
    expect(await postmasterPid(at.folder)).toBeUndefined()
  })

  test('because the database has another version', async () => {
    await (await at.startAgain()).stop()
    await writeFile(join(at.folder, 'cluster/PG_VERSION'), '17\n')
    expect(await failing()).toMatch(/PostgreSQL 17, and this Lockstep brings PostgreSQL 18/)
  })

  test('because the database is damaged', async () => {
    await (await at.startAgain()).stop()
    await writeFile(join(at.folder, 'cluster/global/pg_control'), '')
    expect(await failing()).toMatch(/does not start.*printed:.*pg_control/s)
    expect(await isPostgres(await pidOf(at.folder))).toBe(false)
  })

  test('because the folder cannot be a folder', async () => {
    await mkdir(at.base)
    await writeFile(at.folder, '')
    // Another start would meet the same: the configuration is refused.
    expect(await failing('INVALID_CONFIG')).toMatch(/Cannot keep a database in .*LOCKSTEP_DATA/)
  })
})

test('no database is found in a missing or empty folder', async () => {
  expect(await findEmbeddedPostgres(at.folder)).toBeUndefined()
  await mkdir(at.folder, { recursive: true })
  expect(await findEmbeddedPostgres(at.folder)).toBeUndefined()
})
