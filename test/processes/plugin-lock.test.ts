import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { main } from '../support/built.ts'
import { runCommand } from '../support/command.ts'

const source = `
import { defineStep, field } from '@lockstep/steps'
export default defineStep({
  type: 'greet', title: 'Greet', description: 'Greets.', output: {}, fields: { name: field.text({ label: 'Name' }) },
  run: ({ name }) => ({ text: 'Hello ' + name }),
})
`

let folder: string
let plugin: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-plugins-'))
  plugin = join(folder, 'node_modules/greet')
  await mkdir(plugin, { recursive: true })
  await writeFile(join(plugin, 'index.js'), source)
  await writeManifest({})
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const writeManifest = (more: object) =>
  writeFile(
    join(plugin, 'package.json'),
    JSON.stringify({ name: 'greet', version: '1.2.3', type: 'module', exports: './index.js', ...more }),
  )

/** In the folder, on a database that is not there: step types are loaded before it is asked. */
const lockstep = (...words: string[]) => {
  const env = {
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    LOCKSTEP_WORKER_PORT: '0',
    LOCKSTEP_DATA: folder,
  }
  const program = 'cd "$1" && shift && exec "$@"'
  return runCommand('bash', ['-c', program, 'bash', folder, process.execPath, main, ...words], env)
}

test('an added plugin is locked to its version and files, listed, and no longer after it was removed', async () => {
  expect(await lockstep('plugins', 'add', 'greet')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('greet 1.2.3'),
  })
  const { plugins } = JSON.parse(await readFile(join(folder, 'lockstep-plugins.json'), 'utf8'))
  expect(plugins).toEqual([{ name: 'greet', version: '1.2.3', integrity: expect.stringMatching(/^sha512-/) }])
  const { stdout } = await lockstep('plugins', 'list', '--json')
  expect(JSON.parse(stdout)).toEqual({ plugins: [{ ...plugins[0], problem: null }] })
  expect((await lockstep('plugins', 'remove', 'greet')).code).toBe(0)
  expect((await lockstep('plugins', 'list')).stdout).toBe('')
  expect(await lockstep('plugins', 'remove', 'greet')).toMatchObject({ code: 78 })
})

test('a plugin whose files were changed afterwards stops the start, and its code does not run', async () => {
  await lockstep('plugins', 'add', 'greet')
  await writeFile(join(plugin, 'index.js'), `process.stderr.write('it ran\\n')\n${source}`)
  const { code, stderr } = await lockstep('api')
  expect(code).toBe(78)
  expect(stderr).toContain(
    'The plugin greet is locked to 1.2.3, and installed is other files under the same version',
  )
  expect(stderr).not.toContain('it ran')
  expect((await lockstep('plugins', 'list')).stdout).toContain('is locked to 1.2.3')
})

test('a plugin for other versions of Lockstep is refused, when it is added and at the start', async () => {
  await writeManifest({ engines: { lockstep: '^7.0.0' } })
  const refusal = /The plugin greet works with Lockstep \^7\.0\.0, and this is \d+\.\d+\.\d+/
  const added = await lockstep('plugins', 'add', 'greet')
  expect(added.code).toBe(78)
  expect(added.stderr).toMatch(refusal)
  await writeManifest({ peerDependencies: { '@lockstep/steps': '^7.0.0' } })
  expect((await lockstep('plugins', 'add', 'greet')).stderr).toMatch(refusal)
  const { version } = JSON.parse(await readFile('package.json', 'utf8'))
  await writeManifest({ engines: { lockstep: `^${version}` } })
  expect((await lockstep('plugins', 'add', 'greet')).code).toBe(0)
})

test('a plugin that is not installed is not added, and the words say what to run', async () => {
  const { code, stderr } = await lockstep('plugins', 'add', 'missing')
  expect(code).toBe(78)
  expect(stderr).toContain('Run "npm install missing"')
})

test('a file that is no lock stops the start', async () => {
  await writeFile(join(folder, 'lockstep-plugins.json'), '{"plugins": [{"name": 1}]}')
  const { code, stderr } = await lockstep('api')
  expect(code).toBe(78)
  expect(stderr).toContain('lockstep-plugins.json cannot be read')
})
