import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

type Manifest = Record<string, Record<string, string>>

/** The repository and the packages that are made of it. */
const manifests = ['package.json', 'docs/package.json', ...globSync('packages/*/package.json')].map(
  (it) => JSON.parse(readFileSync(it, 'utf8')) as Manifest,
)
const own = manifests.map(({ name }) => String(name))

/** The cells of each row in the page's tables, without headings. */
const rows = readFileSync('docs/dependencies.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| package |'))
  .map((line) => line.split('|').map((cell) => cell.trim()))

test('docs/dependencies.md lists every dependency exactly once and nothing else', () => {
  const named = rows.flatMap(([, packages = '']) => packages.split(', '))
  const installed = manifests
    .flatMap(({ dependencies, optionalDependencies, devDependencies }) =>
      Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies }),
    )
    .filter((it) => !own.includes(it))
  expect(installed.length).toBeGreaterThan(60)
  expect(new Set(named).size).toBe(named.length)
  expect(new Set(named)).toEqual(new Set(installed))
})

test('every dependency in docs/dependencies.md has a reason', () => {
  expect(rows.filter(([, , why = '']) => why === '')).toEqual([])
})
