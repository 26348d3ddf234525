import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { confineApi } from '../../src/processes/confine-api.ts'
import { Sensitive } from '../../src/sensitive.ts'

const local = 'postgres://api:password@127.0.0.1/lockstep'
let folder: string
const at = (...names: string[]) => join(folder, ...names)

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'lockstep-confine-')))
  for (const name of ['app/plugins/mine', 'app/shared', 'app/node_modules/used', 'app/.lockstep/postgres'])
    await mkdir(at(name), { recursive: true })
  const files = [
    'package.json',
    '.env',
    'root.pem',
    'shared/part.ts',
    'plugins/mine/index.ts',
    '.lockstep/key.pem',
  ]
  for (const name of [...files, 'node_modules/used/index.js']) await writeFile(at('app', name), 'text')
  await writeFile(at('ca.pem'), 'text')
  await symlink(at('app/.lockstep'), at('data'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Which of the files a process with these options reads. */
function readable(env: NodeJS.ProcessEnv, database: string, files: readonly string[]): string[] {
  const options = confineApi(readConfig(env), new Sensitive(database))
  const script = `const fs = require('fs')
    console.log(JSON.stringify(process.argv.slice(1).filter((it) => {
      try { return fs.readFileSync(it).length > 0 } catch (error) { if (error.code !== 'ERR_ACCESS_DENIED') throw error }
    })))`
  const { stdout, stderr } = spawnSync(process.execPath, [...options, '-e', script, ...files])
  return stdout.length > 0 ? JSON.parse(String(stdout)) : [String(stderr)]
}

test('nothing of a plugin is read: its code is in a process of its own', () => {
  const env = {
    LOCKSTEP_PLUGINS: at('app/plugins/mine/index.ts'),
    LOCKSTEP_DATA: at('data'),
    LOCKSTEP_ROOT_KEY_FILE: at('app/root.pem'),
  }
  const closed = [
    'plugins/mine/index.ts',
    'node_modules/used/index.js',
    '.env',
    'root.pem',
    '.lockstep/key.pem',
  ]
  const files = closed.map((it) => at('app', it))
  expect(readable(env, local, [...files, at('data/key.pem')])).toEqual([])
})

test('the certificates that the address of the database names are read, and nothing beside them', () => {
  const url = `${local}?sslmode=verify-full&sslrootcert=${encodeURIComponent(at('ca.pem'))}`
  expect(readable({}, url, [at('ca.pem'), at('app/package.json'), '/etc/passwd'])).toEqual([at('ca.pem')])
})
