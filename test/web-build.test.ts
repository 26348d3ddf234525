import { execFile } from 'node:child_process'
import { appendFile, cp, mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

// Vite builds the whole web app several times.
vi.setConfig({ testTimeout: 120_000 })

let project: string

/** A copy, so that nothing of the project itself changes. */
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'lockstep-build-'))
  for (const part of ['web', 'src', 'plugins', 'package.json', 'package-lock.json', 'tsconfig.json'])
    await cp(part, join(project, part), { recursive: true })
  await rm(join(project, 'web/dist'), { recursive: true, force: true })
  await symlink(join(process.cwd(), 'node_modules'), join(project, 'node_modules'))
})
afterAll(() => rm(project, { recursive: true }))

const build = () => promisify(execFile)(process.execPath, ['web/build.js'], { cwd: project })
const builtAt = async () => (await stat(join(project, 'web/dist/index.html'))).mtimeMs

test('npm run build builds the web app once, and again when one of its sources has changed', async () => {
  await build()
  const first = await builtAt()
  await build()
  expect(await builtAt()).toBe(first)

  await appendFile(join(project, 'src/secret-mark.ts'), "\nconsole.debug('seen in the build')\n")
  await build()
  expect(await builtAt()).toBeGreaterThan(first)

  await appendFile(join(project, 'src/store/store.ts'), '\n// no part of the web app\n')
  const second = await builtAt()
  await build()
  expect(await builtAt()).toBe(second)
})

test('npm run build builds what has been removed', async () => {
  await build()
  await rm(join(project, 'web/dist'), { recursive: true })
  await build()
  expect(await readFile(join(project, 'web/dist/index.html'), 'utf8')).toContain('<script')
})
