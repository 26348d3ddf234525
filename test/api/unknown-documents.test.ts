import { readFileSync } from 'node:fs'
import { getIntrospectionQuery, parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mergesTooMuch } from '../../src/api/merged-fields.ts'
import { createTurns } from '../../src/api/unknown-documents.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { post } from '../support/client.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ worker: false })
})
afterAll(() => app.close())

const STRICT = 'application/graphql-response+json'

/** The status and the codes of a query, as a client sees them that knows GraphQL's own type. */
async function ask(query: string) {
  const { headers, ...init } = post({ query })
  const { status, text } = await app.anonymous.request('/graphql', {
    ...init,
    headers: { ...headers, accept: STRICT },
  })
  const { data, errors = [] } = JSON.parse(text)
  return {
    status,
    data,
    codes: errors.map((it: { extensions: { code: string } }) => it.extensions.code),
    message: errors[0]?.message,
  }
}

const aliases = (count: number, field: string) =>
  Array.from({ length: count }, (_, at) => `a${at}: ${field}`).join(' ')
const COSTLY = aliases(60, 'runs(workspace: "acme") { automation { variables { kind } } }')

describe('a document that costs too much is refused before it is validated:', () => {
  test.each([
    ['with a field that there is not', `{ ${COSTLY} nothing }`],
    ['with a fragment that there is not', `{ ${COSTLY} ...Nothing }`],
    [
      'with a circle of fragments',
      `{ ${COSTLY} viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }`,
    ],
  ])('%s', async (_what, query) => {
    for (const _time of [1, 2])
      expect(await ask(query)).toMatchObject({ status: 400, codes: ['QUERY_TOO_COSTLY'] })
  })
})

describe('a document that has so many fields at one place that validation takes long is refused:', () => {
  const many = (count: number, text: string) => Array.from({ length: count }, () => text).join(' ')
  const both = (count: number) =>
    aliases(count, 'viewer { ...F } ').replaceAll(/a(\d+): viewer/g, 'a$1: viewer { ...F } a$1: viewer')

  test.each([
    ['a field of a hundred characters', `{ ${many(495, 'viewer { id }')} }`],
    ['leaves', `{ viewer { ${many(1900, 'id')} } }`],
    ['fields with fields', `{ ${many(150, 'runs(workspace: "a") { id automation { id } }')} }`],
    ['in fragments on the spot', `{ ${many(200, '... on Query { viewer { id } }')} }`],
    [
      'in fragments with names',
      `{ ${aliases(100, '').replaceAll(/a(\d+): /g, '...F$1 ')} } ${Array.from({ length: 100 }, (_, at) => `fragment F${at} on Query { viewer { id } }`).join(' ')}`,
    ],
    [
      'in one large fragment that is merged with itself again and again',
      `{ ${both(60)} } fragment F on Viewer { ${aliases(150, 'id')} }`,
    ],
    [
      'in a circle of fragments',
      `{ ...A } fragment A on Query { ${many(70, 'viewer { id }')} ...B } fragment B on Query { ...A }`,
    ],
  ])('%s', async (_what, query) => {
    expect(mergesTooMuch(parse(query, { maxTokens: 2000 }))).toBe(true)
    const found = await ask(query)
    expect(found).toMatchObject({ status: 400, codes: ['QUERY_TOO_COSTLY'] })
    expect(found.message).toMatch(/same fields at the same place/)
  })

  test.each([
    ['the introspection by the usual tools', getIntrospectionQuery()],
    ['a hundred aliases with the same fields', `{ ${aliases(100, 'run(id: "a.b") { id status }')} }`],
    [
      'ten fragments with the same fields',
      `{ viewer { ${Array.from({ length: 10 }, (_, at) => `...F${at}`).join(' ')} } } ${Array.from({ length: 10 }, (_, at) => `fragment F${at} on Viewer { id name }`).join(' ')}`,
    ],
    [
      'fragments that double',
      `{ ...F0 } ${Array.from({ length: 30 }, (_, at) => `fragment F${at} on Query { a${at}: viewer { id } ${at < 29 ? `...F${at + 1}` : ''} }`).join(' ')}`,
    ],
  ])('but not %s', (_what, text) => {
    expect(mergesTooMuch(parse(text))).toBe(false)
  })

  test('and none of the web app', () => {
    const documents = Object.values(
      JSON.parse(readFileSync('web/src/gql/persisted-documents.json', 'utf8')) as Record<string, string>,
    )
    expect(documents.length).toBeGreaterThan(20)
    for (const text of documents) expect(mergesTooMuch(parse(text)), text).toBe(false)
  })
})

test('documents that were not seen before are worked on one in each round of the event loop', async () => {
  const nextTurn = createTurns()
  const order: string[] = []
  let done = 0
  const countRounds = () => {
    order.push('others')
    if (done < 3) setImmediate(countRounds)
  }
  setImmediate(countRounds)
  await Promise.all(
    ['first', 'second', 'third'].map((it) =>
      nextTurn().then(() => {
        order.push(it)
        done++
      }),
    ),
  )
  const own = order.filter((it) => it !== 'others')
  expect(own).toEqual(['first', 'second', 'third'])
  for (const [at, it] of order.entries())
    if (it !== 'others') expect(order[at + 1] === undefined || order[at + 1] === 'others').toBe(true)
})
