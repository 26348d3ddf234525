import { setTimeout as delay } from 'node:timers/promises'
import { beforeEach, expect, test, vi } from 'vitest'
import type { Caller } from '../../src/api/caller.ts'
import { createRights, type Identity, type Rights } from '../../src/api/rights.ts'
import { databaseTime } from '../../src/database-time.ts'
import type { Domain, Role } from '../../src/domain/index.ts'

const ada: Caller = { kind: 'user', id: 'ada', name: 'Ada', email: 'ada@example.com' }
const signedIn: Identity = { caller: ada, expiresAt: new Date(Date.now() + 60_000) }

let tell: (holder: string) => void
let rights: Rights
const rolesOf = vi.fn<(user: string) => Promise<ReadonlyMap<string, Role>>>()
const identify = vi.fn<() => Promise<Identity>>()

beforeEach(() => {
  rolesOf.mockReset().mockResolvedValue(new Map([['acme', 'ADMIN']]))
  identify.mockReset().mockResolvedValue(signedIn)
  const signals = {
    onChange: (listener: typeof tell) => {
      tell = listener
    },
    change: vi.fn(),
    announce: vi.fn(),
    heard: vi.fn(),
  }
  rights = createRights({ workspaces: { rolesOf } } as unknown as Domain, signals)
})

const ask = (secret = 'cookie', fresh = false) => rights.identify({ secret, identify }, fresh)

test('who it is and what roles they have is asked once, by requests at the same moment too', async () => {
  expect(await Promise.all([ask(), ask()])).toEqual([ada, ada])
  expect(await rights.roleIn(ada, 'acme', false)).toBe('ADMIN')
  expect(await rights.roleIn(ada, 'globex', false)).toBeUndefined()
  expect(identify).toHaveBeenCalledTimes(1)
  expect(rolesOf).toHaveBeenCalledTimes(1)
})

test('what a caller may is told at once while it is remembered, and asked for anew after a signal', async () => {
  expect(rights.may(ada, 'acme', 'runs:read', false)).toBeInstanceOf(Promise)
  await rights.roleIn(ada, 'acme', false)
  expect(rights.may(ada, 'acme', 'runs:read', false)).toBe(true)
  expect(rights.may(ada, 'globex', 'runs:read', false)).toBe(false)
  expect(rights.may(ada, 'acme', 'runs:read', true)).toBeInstanceOf(Promise)
  rolesOf.mockResolvedValue(new Map())
  tell('ada')
  expect(await rights.may(ada, 'acme', 'runs:read', false)).toBe(false)
})

test('other credentials are another question', async () => {
  await ask('one')
  await ask('two')
  expect(identify).toHaveBeenCalledTimes(2)
})

test('whoever changes something is asked for anew', async () => {
  await ask()
  await ask('cookie', true)
  await rights.roleIn(ada, 'acme', false)
  await rights.roleIn(ada, 'acme', true)
  expect(identify).toHaveBeenCalledTimes(2)
  expect(rolesOf).toHaveBeenCalledTimes(2)
})

test('after a signal it is asked anew, of this holder and of no other', async () => {
  await ask()
  await rights.roleIn(ada, 'acme', false)
  tell('bob')
  await ask()
  expect(identify).toHaveBeenCalledTimes(1)
  tell('ada')
  identify.mockResolvedValue({ caller: { kind: 'anonymous' } })
  rolesOf.mockResolvedValue(new Map())
  expect(await ask()).toEqual({ kind: 'anonymous' })
  expect(await rights.roleIn(ada, 'acme', false)).toBeUndefined()
})

test('an answer that was on its way when the signal came is not remembered', async () => {
  const late = Promise.withResolvers<Identity>()
  identify.mockReturnValueOnce(late.promise)
  const before = ask()
  tell('ada')
  late.resolve(signedIn)
  expect(await before).toEqual(ada)
  await ask()
  expect(identify).toHaveBeenCalledTimes(2)
})

test('whoever is nobody, and a question that failed, is not remembered', async () => {
  identify.mockResolvedValueOnce({ caller: { kind: 'anonymous' } })
  expect(await ask()).toEqual({ kind: 'anonymous' })
  identify.mockRejectedValueOnce(new Error('the database is away'))
  await expect(ask()).rejects.toThrow('away')
  expect(await ask()).toEqual(ada)
  expect(identify).toHaveBeenCalledTimes(3)
})

test('a session is remembered no longer than it lasts', async () => {
  // By the database's clock, as in the product: in this process it may differ from that of the machine.
  identify.mockResolvedValue({ caller: ada, expiresAt: new Date(databaseTime().getTime() + 5) })
  await ask()
  await delay(10)
  await ask()
  expect(identify).toHaveBeenCalledTimes(2)
})

test('after five seconds it is asked anew, however often it was asked for in between', async () => {
  let now = performance.now()
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now)
  // The cache looks at the clock once in a millisecond.
  const later = async (milliseconds: number) => {
    now += milliseconds
    await delay(5)
  }
  try {
    await ask()
    await later(4900)
    await ask()
    expect(identify).toHaveBeenCalledTimes(1)
    await later(200)
    await ask()
    expect(identify).toHaveBeenCalledTimes(2)
  } finally {
    clock.mockRestore()
  }
})

const tokenOf = (owner: string | null): Caller => ({
  kind: 'token',
  id: 'ci-id',
  name: 'ci',
  workspace: 'acme',
  role: 'MEMBER',
  scopes: new Set(['runs:read']),
  owner,
  expiresAt: null,
})

test('a signal about the owner of a token makes the token be asked for anew', async () => {
  identify.mockResolvedValue({ caller: tokenOf('ada') })
  await ask()
  tell('bob')
  await ask()
  expect(identify).toHaveBeenCalledTimes(1)
  for (const holder of ['ada', 'ci-id']) {
    tell(holder)
    await ask()
  }
  expect(identify).toHaveBeenCalledTimes(3)
})

test('a token has its own scopes, in its own workspace alone; a person has those of the role', async () => {
  const token = tokenOf(null)
  expect(await rights.may(token, 'acme', 'runs:read', false)).toBe(true)
  expect(await rights.may(token, 'acme', 'runs:start', false)).toBe(false)
  expect(await rights.may(token, 'globex', 'runs:read', false)).toBe(false)
  expect(await rights.may(ada, 'acme', 'audit:read', false)).toBe(true)
  expect(await rights.may(ada, 'globex', 'runs:read', false)).toBe(false)
})

test('an API token has its role in its own workspace alone', async () => {
  const token = tokenOf('ada')
  expect(await rights.roleIn(token, 'acme', false)).toBe('MEMBER')
  expect(await rights.roleIn(token, 'globex', false)).toBeUndefined()
})
