import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packagesNow } from '../support/built.ts'

// Follows docs/step-types.md word for word in an empty folder. Packages are linked instead of installed by npm.

const root = process.cwd()
let folder: string
let blocks: Block[]

/** A block of code in the page: its language, its file name, if any, and its text. */
interface Block {
  readonly language: string
  readonly file: string
  readonly text: string
}

beforeAll(async () => {
  const page = await readFile('docs/step-types.md', 'utf8')
  blocks = [...page.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', file = '', text = '']) => ({
      language,
      file,
      text,
    }),
  )
  folder = await mkdtemp(join(tmpdir(), 'lockstep-author-'))
  for (const { language, file, text } of blocks) {
    if (file !== '' && language !== 'diff') await writeFile(join(folder, file), text)
  }
  await packagesNow()
  for (const scope of ['@types', '@lockstep'])
    await mkdir(join(folder, 'node_modules', scope), { recursive: true })
  const linked = {
    '@lockstep/steps': join(root, 'packages/steps'),
    typescript: join(root, 'node_modules/typescript'),
  }
  for (const [name, target] of Object.entries(linked)) {
    await symlink(target, join(folder, 'node_modules', name), 'junction')
  }
  await symlink(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'), 'junction')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Runs Node in the author's folder. @returns what it printed, with the code it ended with. */
async function node(...args: string[]): Promise<{ code: number; printed: string }> {
  const path = [dirname(process.execPath), process.env['PATH']].join(delimiter)
  // An author's machine does not have the variables that vitest sets for its processes.
  const env = {
    PATH: path,
    HOME: folder,
    ...(process.env['SystemRoot'] && { SystemRoot: process.env['SystemRoot'] }),
  }
  const run = promisify(execFile)(process.execPath, args, { cwd: folder, env })
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, printed: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, printed: stdout + stderr }),
  )
}

const script = async (name: string): Promise<string> =>
  JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).scripts[name]

const textOf = (language: string, file = '') => {
  const found = blocks.find((it) => it.language === language && it.file === file)
  if (found === undefined) throw new Error(`The page has no block ${language} ${file}.`)
  return found.text
}

test('the commands in docs/step-types.md are those that run here', () => {
  const commands = blocks.filter((it) => it.language === 'sh').flatMap((it) => it.text.trim().split('\n'))
  expect(commands).toEqual([
    'npm install @lockstep/steps lockstep',
    'npm install --save-dev typescript @types/node',
    'npm test',
    'npm run types',
    'LOCKSTEP_PLUGINS=./post-message.ts npx lockstep start',
  ])
})

test('the tests in docs/step-types.md pass', async () => {
  expect(await script('test')).toBe('node --test')
  const { code, printed } = await node('--test')
  expect(printed).toContain('pass 2')
  expect(code).toBe(0)
})

test('the types in docs/step-types.md are correct', async () => {
  expect(await script('types')).toBe('tsc')
  const { bin } = JSON.parse(await readFile('node_modules/typescript/package.json', 'utf8'))
  const { code, printed } = await node(join(root, 'node_modules/typescript', bin.tsc))
  expect(printed).toBe('')
  expect(code).toBe(0)
})

test('an instance loads the step type of docs/step-types.md', async () => {
  const source = `
    const { loadStepTypes } = await import(${JSON.stringify(join(root, 'src/processes/step-types.ts'))})
    const { describeFields } = await import('@lockstep/steps')
    const { readConfig } = await import(${JSON.stringify(join(root, 'src/config.ts'))})
    const { createLogger } = await import(${JSON.stringify(join(root, 'src/log.ts'))})
    const config = readConfig({ LOCKSTEP_PLUGINS: './post-message.ts' })
    const { registry, close } = await loadStepTypes(config, createLogger('silent', 'test'))
    await close()
    console.log(JSON.stringify(describeFields(registry.get('post-message')).map((it) => it.name)))`
  const { printed } = await node('--input-type=module', '--eval', source)
  expect(JSON.parse(printed)).toEqual(['server', 'token', 'channel', 'text', 'urgent', 'escalateAfter'])
})

test('the leak test of docs/step-types.md fails with the documented message after the documented change', async () => {
  const file = 'post-message.ts'
  const good = textOf('ts', file)
  const [removed = '', added = ''] = textOf('diff', file)
    .split('\n')
    .map((line) => line.slice(1))
  expect(good).toContain(`${removed}\n`)
  await writeFile(join(folder, file), good.replace(removed, added))
  const { code, printed } = await node('--test')
  await writeFile(join(folder, file), good)
  expect(code).toBe(1)
  for (const line of textOf('text').trim().split('\n')) expect(printed).toContain(line)
  expect(printed).toContain('pass 1')
})
