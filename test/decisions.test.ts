import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const folder = 'docs/decisions'
const files = readdirSync(folder).filter((file) => file !== 'README.md')

/** The row that the index must have for a record. */
function rowOf(file: string): string {
  const text = readFileSync(join(folder, file), 'utf8')
  const head =
    /^# (\d{4})\. (.+)\n\nDate: (\d{4}-\d{2}-\d{2})\. Status: (proposed|accepted|replaced by \d{4})\.\n/
  const [, number, title, date, status] = head.exec(text) ?? []
  return `| [${number}](${file}) | ${date} | ${title} | ${status} |`
}

test('the index of decisions lists every record with its date, title and status, in order', () => {
  const index = readFileSync(join(folder, 'README.md'), 'utf8')
  expect(files.length).toBeGreaterThan(30)
  expect(index.split('\n').filter((line) => /^\| \[/.test(line))).toEqual(files.toSorted().map(rowOf))
})

test('each decision has its own number, with which its file begins, and the parts of a record', () => {
  expect(new Set(files.map((file) => file.slice(0, 4))).size).toBe(files.length)
  for (const file of files) {
    const text = readFileSync(join(folder, file), 'utf8')
    expect(text, file).toMatch(new RegExp(`^# ${file.slice(0, 4)}\\. `))
    expect(text.match(/^## .+$/gm), file).toEqual(['## Context', '## Decision', '## What follows'])
  }
})
