import { execFile, spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

// The site of the docs, built from a copy, as the lockfile has its tools.

vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 })

const hasRegistry = spawnSync('npm', ['ping'], { timeout: 30_000 }).status === 0
const docs = resolve(import.meta.dirname, '../../docs')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-docs-'))
  await cp(docs, folder, {
    recursive: true,
    filter: (it) => !/node_modules|\.vitepress[\\/](?:dist|cache)/.test(it),
  })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test.skipIf(!hasRegistry)(
  'the site has every page of docs, and a search (needs the npm registry)',
  async () => {
    // With `production`, npm leaves out the tools.
    const env = { ...process.env, NODE_ENV: undefined }
    await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, env })
    await promisify(execFile)('npm', ['run', 'build'], { cwd: folder, env })
    const site = join(folder, '.vitepress/dist')
    const pages = globSync('**/*.md', { cwd: docs, exclude: (it) => it === 'node_modules' })
    const wanted = pages.map((it) => it.replace(/README\.md$/, 'index.md').replace(/md$/, 'html'))
    expect(globSync('**/*.html', { cwd: site })).toEqual(expect.arrayContaining(wanted))
    expect(await readFile(join(site, 'step-types.html'), 'utf8')).toContain('{{ secrets.')
    const scripts = globSync('assets/chunks/@localSearchIndex*', { cwd: site })
    expect(scripts).toHaveLength(1)
  },
)
