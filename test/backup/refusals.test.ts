import { spawn } from 'node:child_process'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { runLockstep } from '../support/command.ts'
import { main } from '../support/instance.ts'
import {
  BackupWorld,
  createEmptyDatabase,
  expectEmpty,
  expectRefusedHere,
  expectSameRows,
  rowsOf,
} from './backup-world.ts'

vi.setConfig({ testTimeout: 240_000 })

const world = new BackupWorld()

describe('restore refuses, and changes nothing', () => {
  let good: Buffer
  beforeAll(async () => {
    await world.backup(world.file('good.backup'))
    good = await readFile(world.file('good.backup'))
  })

  const withArchive = (change: (archive: Buffer) => Buffer): Buffer =>
    zstdCompressSync(change(Buffer.from(zstdDecompressSync(good))))

  /** Replaces a text by one of the same length, so that the archive stays one. */
  const replaced = (from: string, to: string) =>
    withArchive((archive) => {
      const index = archive.indexOf(from)
      expect(index).toBeGreaterThan(0)
      archive.write(to, index)
      return archive
    })

  test('files that are damaged, foreign or of a newer version', async () => {
    const database = await createEmptyDatabase()
    const cases: [RegExp, () => Buffer][] = [
      [/its end is missing/, () => good.subarray(0, good.length - 200)],
      [/it is no backup of Lockstep/, () => Buffer.from('-- PostgreSQL database dump')],
      [/it is no backup of Lockstep/, () => Buffer.alloc(0)],
      [/its end is missing|no backup/, () => zstdCompressSync(Buffer.from('something else'))],
      [/the rows of secret are not those that were saved/, () => replaced('acme\tKEY\t', 'acme\tKAY\t')],
      [/do not belong together/, () => replaced('"lockstep": "0.1.0"', '"lockstep": "0.2.0"')],
      [/a newer Lockstep \(0\.1\.0\) made it, in format 7/, () => replaced('"format": 1', '"format": 7')],
      [
        /a newer Lockstep made it/,
        () => replaced('Migration20261123052852_initial', 'Migration29990123052852_initial'),
      ],
      [
        /its tables are not those of its migrations, it has no table secret\./,
        () => replaced('"name": "secret"', '"name": "sikret"'),
      ],
      [
        /its tables are not those of its migrations, it has no column secret\.sealed_policy\./,
        () => replaced('"sealed_policy"', '"sealed\\"olicy"'),
      ],
    ]
    for (const [message, make] of cases) {
      await writeFile(world.file('bad'), make())
      await expectRefusedHere(database, world.file('bad'), message, world.app.logger)
    }
    // The command refuses as well, and ends with 78.
    await writeFile(world.file('bad'), good.subarray(0, good.length / 2))
    await world.expectRefused(database, world.file('bad'), /its end is missing/)
    await world.expectRefused(database, world.file('nowhere'), /nowhere cannot be read \(ENOENT\)/)
    expect((await world.restore(database, world.file('good.backup'))).code).toBe(0)
  })

  test('a database that has something in it', async () => {
    const database = world.app.database
    const before = await rowsOf(database)
    const result = await world.restore(database, world.file('good.backup'))
    expect(result).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(/not empty: there are rows in .*createdb/s),
    })
    expectSameRows(before, await rowsOf(database))
  })

  test('and a restore that is killed leaves an empty database, which takes the backup again', async () => {
    await world.app.database.query(
      `insert into audit_event (workspace_id, id, at, actor, action, target)
       select 'acme', gen_random_uuid(), now(), 'a', 'test.large',
              (select string_agg(gen_random_uuid()::text || n || m, '') from generate_series(1, 500) m) from generate_series(1, 400) n`,
    )
    await world.backup(world.file('large.backup'))
    const large = await readFile(world.file('large.backup'))
    const database = await createEmptyDatabase()
    const first = spawn(process.execPath, [main, 'restore', '-'], {
      env: { ...process.env, ...world.settings(database) },
    })
    first.stdin.on('error', () => undefined)
    // The rest never comes: it is in the middle of a table.
    first.stdin.write(large.subarray(0, large.length * 0.8))
    const copying = () =>
      database.query(
        `select 1 from pg_stat_progress_copy where datname = current_database() and tuples_processed > 0`,
      )
    await vi.waitUntil(async () => (await copying()).length > 0, { timeout: 60_000, interval: 20 })
    first.kill('SIGKILL')
    await vi.waitUntil(async () => (await copying()).length === 0, { timeout: 30_000, interval: 20 })
    await expectEmpty(database)
    expect(await world.restore(database, world.file('large.backup'))).toMatchObject({ code: 0, stderr: '' })
    expectSameRows(await rowsOf(world.app.database), await rowsOf(database))
    await world.expectLogsVerify(database)
  })

  test('a backup does not replace a file, and leaves none that is not whole', async () => {
    expect(await world.backup(world.file('good.backup'))).toMatchObject({
      code: 78,
      stderr: expect.stringContaining('exists'),
    })
    expect(await readFile(world.file('good.backup'))).toEqual(good)
    const nowhere = await runLockstep(['backup', '/nowhere/file'], world.settings(world.app.database))
    expect(nowhere).toMatchObject({ code: 78, stderr: expect.stringContaining('ENOENT') })
    const none = await runLockstep(
      ['backup', world.file('none')],
      world.settings(await createEmptyDatabase()),
    )
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing to back up') })
    for (const name of ['none', 'none.partial'])
      expect(await stat(world.file(name)).catch(() => undefined)).toBeUndefined()
  })
})
