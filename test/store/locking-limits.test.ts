import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withTestDatabase } from '../support/database.ts'

const LOCKING_LIMIT = /\blimit\s+\S+\s+for (?:no key )?update/g

/** What stands before each of the brackets that are open at a place of a text, from the innermost outwards. */
function openedBy(text: string, at: number): string[] {
  const before: string[] = []
  let closed = 0
  for (let place = at; place >= 0 && before.length < 10; place--) {
    if (text[place] === ')') closed++
    if (text[place] !== '(') continue
    if (closed > 0) closed--
    else before.push(text.slice(Math.max(0, place - 40), place))
  }
  return before
}

/** Queries that lock a limited number of rows, and that PostgreSQL may do again for each row that they meet. */
const repeatable = (text: string): string[] =>
  [...text.matchAll(LOCKING_LIMIT)].flatMap(({ 0: found, index }) => {
    const opened = openedBy(text, index)
    const isDoneOnce = opened.some((it) => /as materialized\s*$/.test(it))
    return isDoneOnce ? [] : [found]
  })

test('what is locked by a limited query is found once: done again, it would find other rows, and more than its limit', async () => {
  const database = await withTestDatabase()
  const functions = await database.query<{ source: string }>(
    `select prosrc as source from pg_proc where pronamespace = 'public'::regnamespace`,
  )
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (it) => it.endsWith('.ts') && !it.includes('migrations'),
  )
  const texts = [
    ...functions.map(({ source }) => source),
    ...files.map((it) => readFileSync(join('src', it), 'utf8')),
  ]
  expect(texts.flatMap((it) => it.match(LOCKING_LIMIT) ?? []).length).toBeGreaterThan(6)
  expect(texts.flatMap(repeatable)).toEqual([])
})

test.each([
  ['update a set b = 1 from (select id from a limit 3 for update skip locked) as c where c.id = a.id', 1],
  ['delete from a where id in (select id from a limit 3 for no key update)', 1],
  ['with c as materialized (select id from a limit 3 for update) update a set b = (1) from c', 0],
  [
    'with c as materialized (select 1 from d cross join lateral (select 1 from a limit 3 for update)) select 1',
    0,
  ],
])('%s: %s', (sql, count) => {
  expect(repeatable(sql)).toHaveLength(count)
})
