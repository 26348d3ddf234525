import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { importsOf, sourcesIn } from './support/imports.ts'

/** The folders of web/src, from the ground up. A file imports its own folder and the floors below it, types too. */
const floors = [
  ['gql'],
  ['api', 'docs'],
  ['feedback', 'forms', 'layout', 'step-icons', 'time'],
  ['dialogs', 'roles', 'routing'],
  ['lists', 'redaction'],
  ['json'],
  ['session'],
  ['palette'],
  ['workspaces'],
  ['apps', 'audit', 'keys', 'members', 'runs', 'security', 'tokens'],
  ['automations', 'secrets'],
  ['editor/template'],
  ['editor/draft'],
  ['editor/state'],
  ['editor/curl', 'editor/dialogs', 'editor/explorer', 'editor/fields', 'editor/trigger'],
  ['editor/steps', 'editor/versions'],
  ['editor'],
  ['web/src'],
] as const

const ROOT = 'web/src'

/** `editor/draft` for `web/src/editor/draft/draft.ts`. */
const folderOf = (file: string): string => {
  const [, folder = ROOT] = /^web\/src\/(.+)\/[^/]+$/.exec(file) ?? []
  return folder
}

const floorOf = (folder: string): number => floors.findIndex((it) => it.some((name) => name === folder))

const isWrong = (from: string, to: string): boolean => from !== to && floorOf(to) >= floorOf(from)

const files = sourcesIn(ROOT)
const imports = files.flatMap((file) =>
  importsOf(file)
    .filter((target) => target.startsWith(`${ROOT}/`))
    .map((target) => ({ file, target })),
)

test('every folder of the web app has a floor, and every floor its folders', () => {
  const folders = new Set(files.map(folderOf))
  expect(folders).toEqual(new Set(floors.flat()))
})

test('the web app imports downwards, so that no two of its folders import each other', () => {
  expect(imports.length).toBeGreaterThan(500)
  expect(imports.filter(({ file, target }) => isWrong(folderOf(file), folderOf(target)))).toEqual([])
})

test.each([
  ['time', 'runs'],
  ['forms', 'feedback'],
  ['workspaces', 'secrets'],
  ['editor/draft', 'editor/state'],
  ['editor/fields', 'editor'],
  ['api', 'web/src'],
])('it is seen that %s may not import %s', (from, to) => {
  expect(isWrong(from, to)).toBe(true)
})

// What is a view, or holds the state of one: components, hooks and contexts.
const isView = (file: string): boolean => /\.tsx$|\/use-[^/]+$|-context\.ts$/.test(file)
const REACT = /from '(?:react|react-dom|@mantine\/(?:core|hooks)|@tabler\/|@tanstack\/react|@dnd-kit\/)/

const models = files.filter((file) => !isView(file) && folderOf(file) !== ROOT)

test('a model needs no React', () => {
  expect(models.length).toBeGreaterThan(40)
  const text = (file: string) => readFileSync(file, 'utf8')
  expect(models.filter((file) => REACT.test(text(file)) || /\buse[A-Z]\w*\(/.test(text(file)))).toEqual([])
})

test('a model imports no view, not even a type of it', () => {
  const wrong = imports.filter(({ file, target }) => models.includes(file) && isView(target))
  expect(wrong).toEqual([])
})

test('the table of floors in docs/architecture.md is the one that is held', () => {
  const page = readFileSync('docs/architecture.md', 'utf8')
  const [, table = ''] = /### The floors of the web app\n([\s\S]*?)\n#/.exec(page) ?? []
  const rows = [...table.matchAll(/^\| (\d+) \| (.+?) \|/gm)].map(([, floor, names = '']) => [
    Number(floor),
    [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  ])
  expect(rows.toReversed()).toEqual(floors.map((names, at) => [at + 1, [...names]]))
})
