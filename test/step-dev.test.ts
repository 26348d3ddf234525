import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { packagesNow } from './support/built.ts'

// The packages may have to be built first.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 })

/** Stands for an instance: it says with which step it runs, and ends when it is told to. */
const instance = `
  import { readFileSync } from 'node:fs'
  const step = process.env.LOCKSTEP_PLUGINS
  console.log('started ' + process.argv[2] + ' ' + readFileSync(step, 'utf8').trim())
  process.on('SIGTERM', () => { console.log('ended'); process.exit(0) })
  setInterval(() => undefined, 1000)
`

let folder: string
let dev: ChildProcess | undefined
beforeAll(async () => {
  await packagesNow()
  folder = await mkdtemp(join(tmpdir(), 'lockstep-step-'))
  const lockstep = join(folder, 'node_modules/lockstep')
  await mkdir(join(lockstep, 'dist'), { recursive: true })
  await writeFile(
    join(lockstep, 'package.json'),
    '{ "name": "lockstep", "version": "0.1.0", "type": "module" }',
  )
  await writeFile(join(lockstep, 'dist/lockstep.js'), instance)
  await writeFile(join(folder, 'package.json'), '{ "name": "my-step", "type": "module" }')
  await writeFile(join(folder, 'step.ts'), '// first')
})
afterAll(async () => {
  dev?.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

test('lockstep-step dev runs an instance with the step, starts it again on each change, and ends with it', async () => {
  const program = resolve('packages/steps/bin/lockstep-step.js')
  dev = spawn(process.execPath, [program, 'dev'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(dev, 'exit')
  const lines: string[] = []
  createInterface({ input: dev.stdout ?? process.stdin }).on('line', (line) => lines.push(line))
  await expect.poll(() => lines).toEqual(['started start // first'])
  await writeFile(join(folder, 'step.ts'), '// second')
  await expect.poll(() => lines.at(-1)).toBe('started start // second')
  expect(lines).toEqual([
    'started start // first',
    'The step has changed: starting again',
    'ended',
    'started start // second',
  ])
  dev.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  expect(lines.at(-1)).toBe('ended')
})
