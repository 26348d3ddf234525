import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { checkDocument } from '../../src/api/check-document.ts'
import { createSchema } from '../../src/api/schema.ts'
import { readDocumentFile } from '../../src/commands/document-files.ts'
import { createRegisteredDocuments, type RegisteredDocuments } from '../../src/domain/index.ts'
import { MOST_DOCUMENTS } from '../../src/domain/registered-documents.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { post } from '../support/client.ts'
import { runLockstep } from '../support/command.ts'
import { expectForm } from '../support/command-here.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const board = 'query Board { viewer { id } }\n'
const other = 'query Other { signUp { mode } }'

let app: TestApp
let store: Store
let registered: RegisteredDocuments
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-documents-'))
  app = await startTestApp({ worker: false, env: { LOCKSTEP_PERSISTED_ONLY: 'on' } })
  store = await openStore(app.database.url)
  registered = createRegisteredDocuments(store)
})
afterAll(async () => {
  await store.close()
  await app.close()
  await rm(folder, { recursive: true })
})

async function fileWith(name: string, content: string | object): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

async function documents(...args: string[]) {
  const env = { DATABASE_URL: app.database.url.reveal(), LOCKSTEP_DATA: app.config.dataFolder }
  const { code, stdout, stderr } = await runLockstep(['documents', ...args, '--json'], env)
  expect(stdout, stderr).not.toBe('')
  return { code, data: JSON.parse(stdout), stderr }
}

const byApollo = (hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hash } } })
const byId = (hash: string) => ({ documentId: `sha256:${hash}` })

async function ask(body: object) {
  const { text } = await app.anonymous.request('/graphql', post(body))
  return JSON.parse(text)
}

const refused = { errors: [{ message: 'PersistedQueryNotFound' }] }

/** A process goes by what it knows for two seconds. */
const untilAnswered = (body: object, answer: object) =>
  vi.waitFor(async () => expect(await ask(body)).toMatchObject(answer), { timeout: 30_000, interval: 300 })

test('a registered document is taken by its hash in both forms, until it is removed', async () => {
  const file = await fileWith('board.graphql', board)
  const list = await fileWith('list.json', { [sha256(other)]: other })
  for (const form of [byApollo, byId]) expect(await ask(form(sha256(board)))).toMatchObject(refused)

  const added = await documents('add', file, list)
  expect(added).toMatchObject({ code: 0, data: { ok: true } })
  expect(added.data.messages).toEqual([`sha256:${sha256(board)} Board`, `sha256:${sha256(other)} Other`])
  for (const form of [byApollo, byId]) {
    await untilAnswered(form(sha256(board)), { data: { viewer: null } })
    await untilAnswered(form(sha256(other)), { data: { signUp: { mode: 'OPEN' } } })
  }
  const again = await documents('add', file)
  expect(again.data.messages).toEqual([`sha256:${sha256(board)} Board: was registered before`])

  const { data } = await documents('list')
  expectForm(['documents', 'list'], data)
  expect(data.documents).toMatchObject([
    { hash: sha256(board), name: 'Board', bytes: board.length, problem: null },
    { hash: sha256(other), name: 'Other' },
  ])

  expect(await documents('remove', `sha256:${sha256(board)}`)).toMatchObject({ code: 0 })
  for (const form of [byApollo, byId]) await untilAnswered(form(sha256(board)), refused)
  expect(await ask(byId(sha256(other)))).toHaveProperty('data')
  const events = await app.database.query<{ action: string; detail: { documents: string[] } }>(
    `select action, detail from audit_event where workspace_id = '@instance' and action like 'document.%' order by id`,
  )
  expect(events).toEqual([
    {
      action: 'document.add',
      detail: { documents: [`sha256:${sha256(board)} Board`, `sha256:${sha256(other)} Other`] },
    },
    { action: 'document.remove', detail: { documents: [`sha256:${sha256(board)} Board`] } },
  ])
})

test('where texts are refused, the text of a registered document is refused too', async () => {
  await registered.add('test', [{ hash: sha256(other), name: 'Other', text: other }])
  for (const body of [{ query: other }, { query: other, ...byId(sha256(other)) }])
    expect(await ask(body)).toMatchObject({ errors: [{ extensions: { code: 'PERSISTED_ONLY' } }] })
})

test('of files with a document that is not valid none is added, and every fault is told with its place', async () => {
  const before = await registered.list()
  const good = await fileWith('good.graphql', '{ viewer { email } }')
  const bad = await fileWith('bad.graphql', 'query Bad {\n  viewer { nothing }\n  none\n}')
  const { code, data } = await documents('add', good, bad)
  expect(code).toBe(78)
  expect(data.error.code).toBe('INVALID_CONFIG')
  expect(data.error.message.split('\n')).toEqual([
    expect.stringMatching(/bad\.graphql: line 2, column 12: Cannot query field "nothing" on type "Viewer"/),
    expect.stringMatching(/bad\.graphql: line 3, column 3: Cannot query field "none" on type "Query"/),
  ])
  expect(await registered.list()).toEqual(before)
})

test('what is not registered cannot be removed, and nothing else is removed with it', async () => {
  await registered.add('test', [{ hash: sha256(other), name: 'Other', text: other }])
  await expect(registered.remove('test', [sha256(other), 'f'.repeat(64)])).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringContaining('f'.repeat(64)),
  })
  expect((await registered.list()).map(({ hash }) => hash)).toContain(sha256(other))
})

test('there is a limit to how many are registered', async () => {
  const before = await registered.list()
  const many = Array.from({ length: MOST_DOCUMENTS + 1 }, (_, index) => ({
    hash: sha256(String(index)),
    name: 'many',
    text: '',
  }))
  await expect(registered.add('test', many)).rejects.toMatchObject({ code: 'LIMIT_REACHED' })
  expect(await registered.list()).toEqual(before)
})

test('a hash that is known is asked of the database once, and so is one that is unknown', async () => {
  await registered.add('test', [{ hash: sha256(other), name: 'Other', text: other }])
  const asked: string[] = []
  const read: Store['read'] = (query, values) => {
    asked.push(String(values[0]))
    return store.read(query, values)
  }
  const { find } = createRegisteredDocuments({ ...store, read })
  const hashes = [sha256(other), 'e'.repeat(64), 'constructor', `${sha256(other)} `]
  for (let round = 0; round < 3; round++)
    expect(await Promise.all(hashes.map(find))).toEqual([other, undefined, undefined, undefined])
  expect(asked).toEqual(hashes.slice(0, 2))
})

test('the lists of GraphQL Code Generator, Relay and Apollo are read', async () => {
  const text = [{ hash: sha256(board), text: board }]
  const lists = [
    { [sha256(board)]: board },
    { [`sha256:${sha256(board)}`]: board },
    { format: 'apollo-persisted-query-manifest', operations: [{ id: sha256(board), body: board }] },
  ]
  for (const list of lists)
    expect(await readDocumentFile(await fileWith('read.json', list))).toMatchObject(text)
})

test.each([
  ['a file that there is not', undefined, /none\.json: it cannot be read \(ENOENT\)/],
  ['a hash of another text', { ['a'.repeat(64)]: board }, /aaaa\): this is not the SHA-256/],
  ['no JSON', '{', /it is no JSON/],
  ['no documents', {}, /it has no documents/],
  ['a list of something else', { documents: [] }, /it is no list of documents/],
  ['operations of something else', { operations: [null] }, /it is no list of documents/],
  ['null', 'null', /it has no documents/],
])('%s is refused with the file', async (_what, content, words) => {
  const file = content === undefined ? join(folder, 'none.json') : await fileWith('wrong.json', content)
  await expect(readDocumentFile(file)).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    message: expect.stringMatching(words),
  })
})

test('a file that is no text is refused', async () => {
  const file = join(folder, 'bytes.graphql')
  await writeFile(file, Buffer.from([0xc3, 0x28]))
  await expect(readDocumentFile(file)).rejects.toMatchObject({ message: expect.stringMatching(/UTF-8/) })
})

const schema = createSchema()
const value = 'canary-of-a-document-7718'

test.each([
  [
    'a text in a mutation',
    `mutation {\n  deleteSecret(input: { workspace: "${value}", name: "${value}" }) { __typename }\n}`,
    2,
    /has to be a variable/,
  ],
  [
    'a block of text in a mutation',
    `mutation { deleteSecret(input: { workspace: """${value}""", name: """${value}""" }) { __typename } }`,
    1,
    /has to be a variable/,
  ],
  [
    'a text in a fragment of a mutation',
    `mutation { ...F }\nfragment F on Mutation { deleteSecret(input: { workspace: "${value}", name: "${value}" }) { __typename } }`,
    2,
    /has to be a variable/,
  ],
  [
    'a value that does not fit',
    `{ secrets(workspace: 7.5, first: "${value}") { id } }`,
    1,
    /cannot represent/,
  ],
  ['what cannot be read', `{ viewer { "${value}" } }`, 1, /Syntax Error/],
  ['no operation', 'fragment Only on Viewer { id }', 1, /never used/],
  ['nothing', '', 1, /Syntax Error/],
  ['a definition of a type', 'type X { a: Int }', 1, /not executable/],
])('%s makes a document invalid, and is not quoted', (_what, text, line, words) => {
  const { faults } = checkDocument(schema, text)
  expect(faults[0]).toMatchObject({ line, message: expect.stringMatching(words) })
  expect(JSON.stringify(faults)).not.toContain(value)
})

test('a document that takes validation too long is refused before', () => {
  const { faults } = checkDocument(schema, `{ ${'viewer { id } '.repeat(400)} }`)
  expect(faults).toMatchObject([{ message: expect.stringMatching(/too often/) }])
})
