import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'

const main = `
  const words: string[] = process.argv.slice(2)
  console.log(JSON.stringify(words))
  if (words[0] === 'exit') process.exit(Number(words[1]))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => { console.log(signal); process.exit(7) })
  }
  process.on('disconnect', () => { console.log('alone'); process.exit(0) })
  console.log('runs')
  setInterval(() => undefined, 1000)
`

let folder: string
let launcher: ChildProcess | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-bin-'))
  for (const file of ['lockstep.js', 'find-node.js'])
    await copyFile(join(process.cwd(), 'src', file), join(folder, file))
  await writeFile(join(folder, 'main.ts'), main)
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
})

afterEach(async () => {
  launcher?.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

function launch(...words: string[]) {
  const child = spawn(process.execPath, [join(folder, 'lockstep.js'), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  launcher = child
  return {
    child,
    lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
    ended: once(child, 'exit'),
  }
}

test('the arguments reach the program, and its exit code is returned', async () => {
  const { lines, ended } = launch('exit', '78', 'a b', '$HOME "')
  expect(await lines.next()).toMatchObject({ value: '["exit","78","a b","$HOME \\""]' })
  expect(await ended).toEqual([78, null])
})

test.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s reaches the program, which ends as it likes',
  async (signal) => {
    const { child, lines, ended } = launch()
    while ((await lines.next()).value !== 'runs');
    child.kill(signal)
    expect(await lines.next()).toMatchObject({ value: signal })
    expect(await ended).toEqual([7, null])
  },
)

test('the program notices that the launcher was killed', async () => {
  const { child, lines } = launch()
  while ((await lines.next()).value !== 'runs');
  child.kill('SIGKILL')
  expect(await lines.next()).toMatchObject({ value: 'alone' })
})

const OLD_NODE = '/usr/bin/node'
const isOld = /^v(?:1\d|2[0-3])\./.test(spawnSync(OLD_NODE, ['--version'], { encoding: 'utf8' }).stdout ?? '')

test.skipIf(!isOld)(
  'on a Node that is too old, without the one that npm leaves out, it says what to do',
  () => {
    const { status, stdout, stderr } = spawnSync(OLD_NODE, [join(folder, 'lockstep.js'), 'start'], {
      encoding: 'utf8',
    })
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^Lockstep needs Node 24 or newer\. This is Node .*npm install --include=optional/)
  },
)
