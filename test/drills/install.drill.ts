import { execFile, spawnSync } from 'node:child_process'
import { access, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { packagesNow } from '../support/built.ts'
import { createClient } from '../support/client.ts'
import { freePorts } from '../support/instance.ts'
import { startLockstep } from '../support/lockstep-process.ts'

// The packages as a person gets them: packed, installed into an empty folder with an empty cache of npm, and started.

vi.setConfig({ testTimeout: 900_000, hookTimeout: 300_000 })

const repository = resolve(import.meta.dirname, '../..')
const hasRegistry = spawnSync('npm', ['ping'], { timeout: 30_000 }).status === 0

let folder: string
let tarballs: string[]

beforeAll(async () => {
  if (!hasRegistry) return
  await packagesNow()
  folder = await mkdtemp(join(tmpdir(), 'lockstep-install-'))
  const args = ['pack', '--workspaces', '--ignore-scripts', '--pack-destination', folder]
  await promisify(execFile)('npm', args, { cwd: repository })
  tarballs = (await readdir(folder)).map((it) => join(folder, it))
})
afterAll(async () => {
  if (hasRegistry) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

const tarball = (name: string) => tarballs.find((it) => new RegExp(`/${name}-\\d`).test(it)) ?? ''

/** The folder of a Node of this version; undefined when this machine has none. */
function nodeFolder(major: number): string | undefined {
  const folders = [dirname(process.execPath), '/usr/bin', '/usr/local/bin']
  return folders.find((it) => {
    const { stdout } = spawnSync(join(it, 'node'), ['--version'], { encoding: 'utf8' })
    return stdout?.startsWith(`v${major}.`)
  })
}

/** npm with one Node alone, and an empty cache. */
function npmOn(node: string, cwd: string) {
  const env = {
    ...process.env,
    PATH: `${node}:${process.env['PATH']}`,
    npm_config_cache: join(folder, 'cache'),
    NODE_COMPILE_CACHE: undefined,
    // With `production`, npm leaves out what the step is developed with.
    NODE_ENV: undefined,
  }
  const run = (...args: string[]) =>
    promisify(execFile)('npm', args, { cwd, env, maxBuffer: 2 ** 26 }).then(({ stdout }) => stdout)
  return { env, run }
}

test.skipIf(!hasRegistry)('npm would publish every package as it is, and warns of nothing', async () => {
  const args = ['publish', '--dry-run', '--workspaces', '--ignore-scripts', '--provenance=false']
  // `npm run -s` would have this npm say nothing either.
  const env = { ...process.env, npm_config_loglevel: 'notice' }
  const { stderr } = await promisify(execFile)('npm', args, { cwd: repository, env })
  // Nobody is logged in here.
  const rest = stderr.replace(/^npm warn publish This command requires you to be logged in .*$/gm, '')
  expect(rest).not.toMatch(/npm (?:warn|error)/i)
  for (const name of ['lockstep', '@lockstep/steps', '@lockstep/client', 'create-lockstep-step'])
    expect(stderr).toContain(`npm notice name: ${name}\n`)
})

test.skipIf(!hasRegistry)(
  'without its optional packages it says which one is missing, and how to go on',
  async () => {
    const home = await mkdtemp(join(folder, 'bare-'))
    const { run, env } = npmOn(dirname(process.execPath), home)
    await run('install', '--no-audit', '--no-fund', '--omit=optional', tarball('lockstep'))
    const program = join(home, 'node_modules/.bin/lockstep')
    const { status, stderr } = spawnSync(program, ['start'], { cwd: home, env, encoding: 'utf8' })
    expect(status).not.toBe(0)
    expect(stderr).toContain('without --omit=optional, or set DATABASE_URL')
  },
)

describe.skipIf(!hasRegistry).each([20, 24])('on Node %i (needs the npm registry)', (major) => {
  const node = nodeFolder(major)

  test.skipIf(node === undefined)(
    'the packed package installs into an empty folder and serves the web app, and a created step runs in it',
    async () => {
      const home = await mkdtemp(join(folder, `node-${major}-`))
      const { run, env } = npmOn(node ?? '', home)
      await run(
        'exec',
        '--yes',
        '--package',
        tarball('create-lockstep-step'),
        '--',
        'create-lockstep-step',
        'my-step',
      )
      const inside = npmOn(node ?? '', join(home, 'my-step'))
      await inside.run(
        'install',
        '--no-audit',
        '--no-fund',
        '--save-dev',
        tarball('lockstep'),
        tarball('lockstep-steps'),
      )
      expect(await inside.run('test')).toContain('pass 2')
      await inside.run('run', 'docs')
      expect(await inside.run('run', 'check')).toContain('page: passed')
      await inside.run('run', 'build')
      await access(join(home, 'my-step/dist/step.js'))

      const ports = await freePorts()
      const settings = { ...env, ...ports, LOCKSTEP_PLUGINS: './dist/step.js', LOCKSTEP_SIGN_UP: 'open' }
      const cwd = join(home, 'my-step')
      const lockstep = startLockstep(
        ['-c', `cd '${cwd}' && exec node_modules/.bin/lockstep start`],
        settings,
        [],
        'bash',
      )
      try {
        await lockstep.untilSays(/"msg":"Lockstep runs at/)
        const url = `http://127.0.0.1:${ports.PORT}`
        expect(await (await fetch(url)).text()).toContain('<script')
        const person = createClient(url, [], {})
        await person.signUp('Ada', 'ada@example.com')
        const { data } = await person.graphql('{ stepTypes { type } }')
        expect(JSON.stringify(data)).toContain('"my-step"')
      } finally {
        await lockstep.stop()
      }
    },
  )
})
