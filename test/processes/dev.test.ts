import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Client, createClient } from '../support/client.ts'
import { freePorts } from '../support/instance.ts'
import { type LockstepProcess, startLockstep } from '../support/lockstep-process.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let folder: string
let source: string
let lockstep: LockstepProcess
let url: string
let page: string
let person: Client

/** One copy of the sources for all of the file, so that a test changes nothing of the project itself. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-dev-'))
  source = join(folder, 'lockstep')
  for (const part of [
    'src',
    'plugins',
    'web',
    'docs/database-roles.sql',
    'package.json',
    'schema.graphql',
    'codegen.ts',
    'tsconfig.json',
  ])
    await cp(part, join(source, part), { recursive: true })
  await symlink(join(process.cwd(), 'node_modules'), join(source, 'node_modules'))
  const ports = await freePorts()
  const env = { ...ports, LOCKSTEP_DATA: join(folder, 'data'), LOCKSTEP_SIGN_UP: 'open', NODE_ENV: '' }
  lockstep = startLockstep([join(source, 'src/lockstep.js'), 'dev'], env)
  url = `http://127.0.0.1:${ports.PORT}`
  const line = await lockstep.untilSays(/Open http/)
  page = /http:\/\/[^/]+/.exec(line)?.[0] ?? ''
  await lockstep.untilSays(/The api runs/)
  person = createClient(url, lockstep.output, {})
  await person.signUp('Ada', 'ada@example.com')
})
afterAll(async () => {
  await lockstep.stop()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

async function change(file: string, from: string, to: string): Promise<void> {
  const path = join(source, file)
  const text = await readFile(path, 'utf8')
  expect(text).toContain(from)
  await writeFile(path, text.replace(from, to))
}

/** What an address answers; nothing while the process that answers starts anew. */
const textOf = (address: string): Promise<string> =>
  fetch(address).then(
    (response) => response.text(),
    () => '',
  )

const LONG = { timeout: 60_000, interval: 100 }

test('a change in a page is served by the development server without a restart', async () => {
  await change(
    'web/src/routing/lost-pages.tsx',
    'The address may have been mistyped',
    'Look at the address again',
  )

  await expect
    .poll(() => textOf(`${page}/src/routing/lost-pages.tsx`), LONG)
    .toContain('Look at the address again')
})

test('a change in the API is answered without a restart by hand', async () => {
  await change('src/api/hooks.ts', 'There is no such hook.', 'There is no hook as you named it.')

  const hook = `${url}/hooks/none`
  await expect
    .poll(
      () =>
        fetch(hook, { method: 'POST' }).then(
          (it) => it.text(),
          () => '',
        ),
      LONG,
    )
    .toContain('There is no hook as you named it.')
})

test('a change in a plugin reaches the API and the worker without a restart by hand', async () => {
  const workers = () => lockstep.output.filter((line) => line.includes('The worker runs')).length
  const before = workers()
  await change('plugins/wait/wait.ts', "title: '", "title: 'Changed: ")

  const titles = () =>
    person.graphql('{ stepTypes { title } }').then(
      ({ data }) => JSON.stringify(data),
      () => '',
    )
  await expect.poll(titles, LONG).toContain('Changed: ')
  await expect.poll(workers, LONG).toBeGreaterThan(before)
})

test('a change in the schema generates the files that are made of it', async () => {
  await change('src/api/types/run.ts', "description: '", "description: 'Made anew. ")

  await expect.poll(() => readFile(join(source, 'schema.graphql'), 'utf8'), LONG).toContain('Made anew. ')
})
