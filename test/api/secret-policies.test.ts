import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Client } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { readRows } from '../support/rows.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'
import { none, readPolicy, setPolicy, whole } from './policy-documents.ts'
import { sealAsClient } from './seal-as-client.ts'

const value = 'sk_test_policy_canary_0123456789'

let app: TestApp
let acme: TestWorkspace
let member: Client
let count = 0
let at: { workspace: string; name: string }

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  member = await acme.createToken('MEMBER')
  // The worker would seal policies by itself, once a minute.
  await app.stopWorker()
})
afterAll(() => app.close())
beforeEach(() => {
  at = { workspace: 'acme', name: `KEY_${++count}` }
})

const create = async (input: object = {}) =>
  (await acme.admin.graphql(documents.createSecret, { input: { ...at, value, ...input } })).data.createSecret
const update = async (input: object) =>
  (await acme.admin.graphql(documents.updateSecret, { input: { ...at, ...input } })).data.updateSecret
const set = async (input: object) =>
  (await acme.admin.graphql(setPolicy, { input: { ...at, ...input } })).data.setSecretPolicy
const policy = async () => (await acme.admin.graphql(readPolicy, at)).data.secretPolicy

async function seal(pol: object | undefined): Promise<string> {
  const { data } = await acme.admin.graphql(documents.sealingKey, { workspace: 'acme' })
  return sealAsClient(data.sealingKey, at, value, pol && { pol })
}

describe('a new secret', () => {
  test('stores the given policy and seals it in', async () => {
    expect(
      (await create({ policy: { ...whole, hosts: ['HTTPS://API.example.com', ...whole.hosts] } })).secret,
    ).toBeTruthy()
    expect(await policy()).toEqual({
      ...whole,
      allowedHosts: ['api.example.com', 'intern.example.com:8080'],
      sealed: true,
    })
    const [row] = await app.database.query<{ sealed: string }>('select sealed from secret where name = $1', [
      at.name,
    ])
    const header = JSON.parse(Buffer.from(row?.sealed.split('.')[0] ?? '', 'base64url').toString())
    expect(header.pol).toEqual(whole)
  })

  test('without a policy may go anywhere, and that is sealed in as well', async () => {
    await create()
    expect(await policy()).toEqual({ ...none, allowedHosts: [], sealed: true })
  })

  test('with allowedHosts is bound to them in both schemes', async () => {
    await create({ allowedHosts: ['a.com', '*.b.com:8443'] })
    expect(await policy()).toEqual({
      ...none,
      allowedHosts: ['a.com', '*.b.com:8443'],
      hosts: ['a.com', 'http://a.com', '*.b.com:8443', 'http://*.b.com:8443'],
      sealed: true,
    })
  })

  test.each<[string, object, string, RegExp]>([
    ['both', { allowedHosts: ['a.com'], policy: {} }, 'INVALID_VALUE', /either allowedHosts or policy/],
    [
      'a host that is none',
      { policy: { hosts: ['a.com', 'a b'] } },
      'INVALID_VALUE',
      /Entry 2 of hosts is not a host/,
    ],
    ['a method that is none', { policy: { methods: ['GET /'] } }, 'INVALID_VALUE', /Entry 1 of methods/],
    ['a path that is none', { policy: { paths: ['/../'] } }, 'INVALID_VALUE', /Entry 1 of paths/],
    ['a place that is none', { policy: { places: ['cookie'] } }, 'INVALID_VALUE', /Entry 1 of places/],
    [
      'too many',
      { policy: { paths: Array.from({ length: 101 }, (_, i) => `/${i}`) } },
      'LIMIT_REACHED',
      /100 paths/,
    ],
    ...[
      '*.co.uk',
      '*.github.io',
      'http://*.github.io:81',
      '*.amazonaws.com',
      '*.eu-west-1.amazonaws.com',
    ].map((host): [string, object, string, RegExp] => [
      host,
      { policy: { hosts: [host] } },
      'INVALID_VALUE',
      /Anybody/,
    ]),
    [
      '*.s3.amazonaws.com',
      { allowedHosts: ['*.s3.amazonaws.com'] },
      'INVALID_VALUE',
      /Anybody can have a name/,
    ],
  ])('is refused with %s', async (_what, input, code, message) => {
    const before = await readRows(app.database, ['secret', 'audit_event'])
    expect(await create(input)).toMatchObject({ code, message: expect.stringMatching(message) })
    expect(await readRows(app.database, ['secret', 'audit_event'])).toEqual(before)
  })

  test.each(['*.example.co.uk', '*.me.github.io', '*.mine.s3.amazonaws.com', '*.corp.internal', 'github.io'])(
    'may be bound to %s',
    async (host) => expect((await create({ policy: { hosts: [host] } })).secret).toBeTruthy(),
  )
})

describe('a new value', () => {
  test('keeps the policy when none comes with it', async () => {
    await create({ policy: whole })
    await update({ value: `${value}2` })
    expect(await policy()).toMatchObject({ ...whole, sealed: true })
  })

  test('seals in a policy that was narrowed meanwhile', async () => {
    await create()
    expect((await set(whole)).policy).toMatchObject({ ...whole, sealed: false })
    await update({ value: `${value}2` })
    expect(await policy()).toMatchObject({ ...whole, sealed: true })
  })

  test('may come with any policy, even a wider one', async () => {
    await create({ policy: whole })
    await update({ value: `${value}2`, policy: { methods: ['GET'] } })
    expect(await policy()).toMatchObject({ ...none, methods: ['GET'], sealed: true })
    await update({ value: `${value}3`, policy: {} })
    expect(await policy()).toMatchObject({ ...none, sealed: true })
  })
})

describe('a value that the client sealed', () => {
  test.each<[string, object, object | undefined, boolean]>([
    ['the policy that was sent', { policy: whole }, whole, true],
    [
      'the same in another order and spelling',
      { policy: { hosts: ['a.com', 'b.com'] } },
      { hosts: ['B.com', 'https://a.com'] },
      true,
    ],
    ['the hosts in both schemes', { allowedHosts: ['a.com'] }, { hosts: ['http://a.com', 'a.com'] }, true],
    ['anything, for nothing was sent', {}, {}, true],
    ['no policy, as older clients', { policy: whole }, undefined, false],
  ])('with %s is stored', async (_what, input, pol, sealed) => {
    expect((await create({ ...input, value: null, sealedValue: await seal(pol) })).secret).toBeTruthy()
    expect((await policy()).sealed).toBe(sealed)
  })

  test.each<[string, object, object]>([
    ['another policy than was sent', { policy: whole }, { ...whole, methods: ['GET'] }],
    ['a wider one', { policy: whole }, {}],
    ['a narrower one', {}, whole],
    ['one that is none', { policy: whole }, { ...whole, hosts: ['a b'] }],
    ['one of another form', { policy: whole }, { ...whole, extra: ['x'] }],
    ['one scheme, where both were sent', { allowedHosts: ['a.com'] }, { hosts: ['a.com'] }],
  ])('with %s is rejected, and nothing changes', async (_what, input, pol) => {
    const before = await readRows(app.database, ['secret', 'audit_event'])
    const result = await create({ ...input, value: null, sealedValue: await seal(pol) })
    expect(result).toMatchObject({ code: 'SEALED_VALUE_REJECTED', message: expect.stringContaining(at.name) })
    expect(await readRows(app.database, ['secret', 'audit_event'])).toEqual(before)
  })

  test('on an update has the secret’s policy, or the one that comes with it', async () => {
    await create({ policy: whole })
    const own = { sealedValue: await seal(whole) }
    expect((await update(own)).secret).toBeTruthy()
    expect(await update({ sealedValue: await seal({}) })).toMatchObject({ code: 'SEALED_VALUE_REJECTED' })
    expect(await policy()).toMatchObject({ ...whole, sealed: true })
    expect((await update({ sealedValue: await seal({}), policy: {} })).secret).toBeTruthy()
    expect(await policy()).toMatchObject({ ...none, sealed: true })
  })
})

describe('setting the policy', () => {
  test('narrows it at once, and an absent member allows everything', async () => {
    await create({ policy: { hosts: ['*.example.com'] } })
    const narrow = { hosts: ['a.example.com', 'b.example.com'], methods: ['get'] }
    expect(await set(narrow)).toEqual({
      __typename: 'SetSecretPolicySuccess',
      policy: {
        ...none,
        allowedHosts: narrow.hosts,
        hosts: narrow.hosts,
        methods: ['GET'],
        sealed: false,
      },
    })
    expect(await set({ hosts: ['a.example.com'] })).toMatchObject({ code: 'POLICY_WIDENS' })
  })

  test('to the same policy changes nothing', async () => {
    await create({ policy: whole })
    expect((await set(whole)).policy).toMatchObject({ ...whole, sealed: true })
  })

  test.each<[string, object, string]>([
    ['without hosts', { ...whole, hosts: [] }, 'any host'],
    ['with nothing said', {}, 'any host, any method, any path, 1 more'],
    ['with another host', { ...whole, hosts: ['evil.com'] }, 'the host evil.com'],
    [
      'with another scheme',
      { ...whole, hosts: ['http://api.example.com'] },
      'the host http://api.example.com',
    ],
    ['with another method', { ...whole, methods: ['PUT'] }, 'the method PUT'],
    ['with a shorter path', { ...whole, paths: ['/'] }, 'the path /'],
    ['with another place', { ...whole, places: ['body'] }, 'the place body'],
    ['by allowedHosts', { allowedHosts: ['api.example.com'] }, 'the host http://api.example.com'],
  ])('%s is POLICY_WIDENS, which says what to do, and changes nothing', async (_what, input, more) => {
    await create({ policy: whole })
    const before = await readRows(app.database, ['secret', 'audit_event'])
    const { __typename, code, message } = await set(input)
    expect([__typename, code]).toEqual(['PolicyWidensError', 'POLICY_WIDENS'])
    expect(message).toContain(`further than now: ${more}`)
    expect(message).toContain('Enter the value again')
    expect(await readRows(app.database, ['secret', 'audit_event'])).toEqual(before)
  })

  test('cannot be undone, whether or not a worker has sealed it in', async () => {
    await create()
    await set(whole)
    expect(await set({})).toMatchObject({ code: 'POLICY_WIDENS' })
  })

  test('with allowedHosts binds to both schemes, together with the other members', async () => {
    await create()
    expect((await set({ allowedHosts: ['a.com'], methods: ['GET'] })).policy).toMatchObject({
      allowedHosts: ['a.com'],
      hosts: ['a.com', 'http://a.com'],
      methods: ['GET'],
    })
  })

  test.each<[object, RegExp]>([
    [{ allowedHosts: ['a.com'], hosts: ['a.com'] }, /either allowedHosts or hosts/],
    [{ hosts: ['*.github.io'] }, /Anybody can have a name/],
    [{ places: [''] }, /Entry 1 of places/],
  ])('is refused: %j', async (input, message) => {
    await create()
    expect(await set(input)).toMatchObject({ code: 'INVALID_VALUE', message: expect.stringMatching(message) })
  })

  test('of a missing secret is NOT_FOUND', async () => {
    expect(await set(whole)).toMatchObject({ code: 'NOT_FOUND' })
  })
})

test('a member can neither read nor set a policy', async () => {
  await create({ policy: whole })
  for (const [document, variables] of [
    [readPolicy, at],
    [setPolicy, { input: { ...at, ...whole } }],
    [documents.updateSecret, { input: { ...at, value, policy: {} } }],
  ] as const) {
    const { errors, data } = await member.graphql(document, variables)
    expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
    expect(JSON.stringify(data ?? null)).not.toContain('example.com')
  }
})

test('the audit log records the policy', async () => {
  await create({ policy: { methods: ['POST', 'PUT'] } })
  await update({ value: `${value}2` })
  await set({ methods: ['PUT'] })
  const { data } = await acme.admin.graphql(documents.auditLog, { workspace: 'acme', first: 3 })
  const events = data.auditLog.map((it: { action: string; detail: unknown }) => [it.action, it.detail])
  expect(events.reverse()).toEqual([
    ['secret.create', { ...none, methods: ['POST', 'PUT'] }],
    ['secret.update', { ...none, methods: ['POST', 'PUT'] }],
    ['secret.policy', { ...none, methods: ['PUT'] }],
  ])
})

test('the value is not in the database, the log or an answer', () => app.expectNoCanary(value))
