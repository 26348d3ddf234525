import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const VALUE = 'sk_test_paged_0123456789'
const SIZE = 5

interface Page {
  edges: { cursor: string; node: { id: string } }[]
  pageInfo: {
    hasNextPage: boolean
    hasPreviousPage: boolean
    startCursor: string | null
    endCursor: string | null
  }
  totalCount?: number
}

interface Listed {
  name: string
  /** The field with the arguments that it needs, in `acme`. */
  call(args: string, workspace?: string): string
  /** The plain list of the same. */
  plain: string
  counts: boolean
}

const PAGE = (counts: boolean) =>
  `{ edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } ${counts ? 'totalCount' : ''} }`

const atRoot = (name: string, plain: string, more = '', counts = true): Listed => ({
  name,
  call: (args, workspace = 'acme') =>
    `{ list: ${name}(workspace: "${workspace}"${more}${args}) ${PAGE(counts)} }`,
  plain: `{ list: ${plain} }`,
  counts,
})

const ofWorkspace = (name: string, plain: string): Listed => ({
  name,
  call: (args, workspace = 'acme') =>
    `{ list: workspace(id: "${workspace}") { list: ${name}${args ? `(${args.replace(/^, /, '')})` : ''} ${PAGE(true)} } }`,
  plain: `{ list: workspace(id: "acme") { list: ${plain} } }`,
  counts: true,
})

const LISTS: Listed[] = [
  atRoot('secretsConnection', 'secrets(workspace: "acme") { id }'),
  atRoot('secretPoliciesConnection', 'secretPolicies(workspace: "acme") { id }'),
  atRoot(
    'secretUsagesConnection',
    'secretUsages(workspace: "acme", name: "KEY_0") { id }',
    ', name: "KEY_0"',
  ),
  atRoot('automationsConnection', 'automations(workspace: "acme") { id }'),
  atRoot('runsConnection', 'runs(workspace: "acme") { id }', '', false),
  atRoot('auditLogConnection', 'auditLog(workspace: "acme", first: 500) { id }', '', false),
  ofWorkspace('membersConnection', 'members { id }'),
  ofWorkspace('invitationsConnection', 'invitations { id }'),
  ofWorkspace('apiTokensConnection', 'apiTokens { id }'),
]
const named = (name: string) => LISTS.find((it) => it.name === name) as Listed

let app: TestApp
let acme: TestWorkspace
let automation: string

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  const { admin } = acme
  for (let i = 0; i < SIZE; i++) {
    await acme.createSecret(`KEY_${i}`, VALUE)
    const { id } = await acme.createAutomation(`Robot ${i % 3}`, [
      { key: 'call', type: 'custom-http', fields: { url: 'https://example.com/{{ secrets.KEY_0 }}' } },
    ])
    automation = id
    await admin.mutate(documents.runAutomation, { input: { automation: id } })
    await admin.mutate(documents.inviteMember, {
      input: { workspace: 'acme', email: `guest${i}@example.com`, role: 'MEMBER' },
    })
    await acme.createToken('MEMBER')
    const guest = await app.signUp(`Guest${i % 2}`)
    const { url } = await admin.mutate(documents.inviteMember, {
      input: { workspace: 'acme', email: guest.email, role: 'MEMBER' },
    })
    await guest.mutate(documents.acceptInvitation, { token: new URL(url).hash.slice(1) })
  }
})
afterAll(() => app.close())

async function ask(query: string, client = acme.admin) {
  const { data, errors } = await client.graphql(query)
  const found = data?.list && 'list' in data.list ? data.list.list : (data?.list ?? null)
  return { found, errors }
}

async function page(list: Listed, args: string): Promise<Page> {
  const { found, errors } = await ask(list.call(args))
  expect(errors).toBeUndefined()
  return found
}

const idsOf = ({ edges }: Page) => edges.map(({ node }) => node.id)

async function allOf({ plain }: Listed): Promise<string[]> {
  const { found } = await ask(plain)
  return found.map(({ id }: { id: string }) => id)
}

describe.each(LISTS)('$name', (list) => {
  test('goes forward through the whole list, page by page', async () => {
    const all = await allOf(list)
    expect(all.length).toBeGreaterThanOrEqual(SIZE)
    const seen: string[] = []
    let after = ''
    for (let pages = 0; pages < all.length; pages++) {
      const found = await page(list, `, first: 2${after}`)
      seen.push(...idsOf(found))
      expect(found.pageInfo.hasPreviousPage).toBe(pages > 0)
      expect(found.pageInfo.endCursor).toBe(found.edges.at(-1)?.cursor)
      if (!found.pageInfo.hasNextPage) break
      expect(found.edges).toHaveLength(2)
      after = `, after: "${found.pageInfo.endCursor}"`
    }
    expect(seen).toEqual(all)
  })

  test('goes backward through the whole list, each page in the order of the list', async () => {
    const all = await allOf(list)
    let seen: string[] = []
    let before = ''
    for (let pages = 0; pages < all.length; pages++) {
      const found = await page(list, `, last: 2${before}`)
      seen = [...idsOf(found), ...seen]
      expect(found.pageInfo.hasNextPage).toBe(pages > 0)
      expect(found.pageInfo.startCursor).toBe(found.edges[0]?.cursor)
      if (!found.pageInfo.hasPreviousPage) break
      before = `, before: "${found.pageInfo.startCursor}"`
    }
    expect(seen).toEqual(all)
  })

  test('gives what is between two cursors', async () => {
    const { edges } = await page(list, ', first: 4')
    const found = await page(list, `, first: 10, after: "${edges[0]?.cursor}", before: "${edges[3]?.cursor}"`)
    expect(found.edges).toEqual(edges.slice(1, 3))
  })

  test('says how many there are where that is cheap', async () => {
    const { totalCount } = await page(list, ', first: 1')
    expect(totalCount).toBe(list.counts ? (await allOf(list)).length : undefined)
  })

  test.each([
    ['both sizes', ', first: 1, last: 1'],
    ['no items', ', first: 0'],
    ['fewer than none', ', last: -1'],
    ['too many', ', first: 100001'],
    ['a cursor that is empty', ', after: ""'],
    ['a cursor that is none', ', after: "x"'],
    ['a cursor of a name', `, before: "KEY_1"`],
    ['a cursor with what base64url does not have', ', after: "***"'],
  ])('refuses %s', async (_name, args) => {
    const { found, errors } = await ask(list.call(args))
    expect(found).toBeNull()
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }])
  })

  test('refuses a cursor of every other list, and of another workspace', async () => {
    const others = LISTS.filter((it) => it !== list)
    const cursors = await Promise.all(
      others.map(async (it) => (await page(it, ', first: 1')).edges[0]?.cursor ?? ''),
    )
    const own = (await page(list, ', first: 1')).edges[0]?.cursor ?? ''
    const foreign = Buffer.from(Buffer.from(own, 'base64url').toString().replace('acme', 'globex'))
    for (const cursor of [...cursors, foreign.toString('base64url')]) {
      expect((await ask(list.call(`, first: 1, after: "${cursor}"`))).errors).toMatchObject([
        { extensions: { code: 'BAD_REQUEST' } },
      ])
    }
  })

  test('is refused to a stranger', async () => {
    const stranger = await app.signUp('Stranger')
    const { found, errors } = await ask(list.call(', first: 1'), stranger)
    expect(found).toBeNull()
    if (list.plain.includes('workspace(id')) return
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  })
})

describe('searches and filters', () => {
  test('automations by a part of their name, in any case, and with what LIKE would take for a wildcard', async () => {
    await acme.createAutomation('100% \\ sure_thing', [
      { key: 'set', type: 'set-values', fields: { values: 1 } },
    ])
    const search = async (text: string) => {
      const found = await page(named('automationsConnection'), `, first: 10, search: ${JSON.stringify(text)}`)
      expect(found.totalCount).toBe(found.edges.length)
      return found.edges.length
    }
    expect(
      await Promise.all(['robot 1', 'ROBOT', '% \\ ', 'E_T', '_', '%%', 'a\0b', ''].map(search)),
    ).toEqual([2, 5, 1, 1, 1, 0, 0, 6])
  })

  test('secrets by a part of their name', async () => {
    const found = await page(named('secretsConnection'), ', search: "key 1"')
    expect(found).toMatchObject({ edges: [{ node: { id: 'acme.secret.KEY_1' } }], totalCount: 1 })
    expect(await page(named('secretsConnection'), ', search: "?!"')).toMatchObject({
      edges: [],
      totalCount: 0,
    })
  })

  test('runs of one automation and of some statuses, in both directions', async () => {
    const of = (args: string) => page(named('runsConnection'), `, automation: "${automation}"${args}`)
    const all = await of(', first: 10')
    expect(all.edges).toHaveLength(1)
    expect(await of(', last: 10')).toMatchObject({ edges: all.edges })
    const statuses = ', status: [QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED]'
    const forward = await page(named('runsConnection'), `${statuses}, first: 10`)
    const backward = await page(named('runsConnection'), `${statuses}, last: 10`)
    expect(idsOf(backward)).toEqual(idsOf(forward))
    expect(forward.edges).toHaveLength(SIZE)
    expect((await page(named('runsConnection'), ', status: []')).edges).toHaveLength(SIZE)
  })

  test('events by what was done', async () => {
    const list = named('auditLogConnection')
    const { edges } = await page(list, ', action: "secret.create", first: 10')
    expect(edges).toHaveLength(SIZE)
    const [first] = (await page(list, ', action: "secret.create", last: 1')).edges
    expect(first).toEqual(edges.at(-1))
  })
})

test('a cursor stays where it is when the item that it names is deleted', async () => {
  const list = named('secretsConnection')
  const { edges } = await page(list, ', first: 3')
  await acme.admin.mutate(documents.deleteSecret, { input: { workspace: 'acme', name: 'KEY_1' } })
  const found = await page(list, `, first: 1, after: "${edges[1]?.cursor}"`)
  expect(found.edges).toEqual([edges[2]])
  await acme.createSecret('KEY_1', VALUE)
})

test('the cursor of an invitation that is revoked is refused, and says to begin anew', async () => {
  const list = named('invitationsConnection')
  const { edges } = await page(list, ', first: 1')
  await acme.admin.mutate(documents.revokeInvitation, { id: edges[0]?.node.id })
  const { errors } = await ask(list.call(`, first: 1, after: "${edges[0]?.cursor}"`))
  expect(errors).toMatchObject([
    { extensions: { code: 'BAD_REQUEST' }, message: expect.stringContaining('anew') },
  ])
})
