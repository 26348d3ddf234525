import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { createOpener } from '../../src/vault/opening.ts'
import { createSealer, createWorkspaceKey, maxSealedBytes } from '../../src/vault/sealing.ts'
import { rootKey } from './frozen-format.ts'

const workspace = 'ws-1'
const at = { workspace, name: 'API_KEY' }
const key = await createWorkspaceKey(workspace, [rootKey.certificate])
const sealer = createSealer({ currentKey: async () => key })

function openerWithCounts(options: { cache?: { seconds: number; max: number } } = {}) {
  const unwrap = vi.fn(rootKey.unwrap)
  const workspaceKey = vi.fn(async () => key.sealedPrivateKey)
  const opener = createOpener({ rootKey: { ...rootKey, unwrap }, workspaceKey, ...options })
  return { opener, unwrap, workspaceKey }
}

describe('a round trip', () => {
  const { opener } = openerWithCounts()

  test('returns any well-formed string at any place', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 })
    const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 100 })
    const property = fc.asyncProperty(text, name, async (value, it) => {
      const place = { workspace, name: it }
      expect((await opener.open(place, await sealer.seal(place, value))).reveal()).toBe(value)
    })
    await fc.assert(property, { numRuns: 300 })
  })

  test.each([
    ['an empty value', ''],
    ['a leading byte order mark', '\ufeffvalue'],
    ['NUL and line breaks', 'a\u0000b\r\nc\n'],
    ['a multi-line PEM', '-----BEGIN X-----\nAAAA\n-----END X-----\n'],
    ['characters beyond the BMP', '🔑𝔘𝔫𝔦'],
    ['unnormalised text', 'e\u0301'],
  ])('keeps %s unchanged', async (_what, value) => {
    expect((await opener.open(at, await sealer.seal(at, value))).reveal()).toBe(value)
  })

  test('carries the input of a run of several MiB', async () => {
    const place = { workspace, name: 'run/0199e1d0/input' }
    const value = 'ü'.repeat(2 * 1024 * 1024)
    expect((await opener.open(place, await sealer.seal(place, value))).reveal() === value).toBe(true)
  })

  test('never gives the same sealed value twice', async () => {
    const sealed = await Promise.all(Array.from({ length: 20 }, () => sealer.seal(at, 'same')))
    expect(new Set(sealed.flatMap((it) => it.split('.').filter(Boolean))).size).toBe(20 * 4)
  })
})

describe('sealing refuses', () => {
  test.each([
    ['a lone high surrogate', 'top secret \ud83d'],
    ['a lone low surrogate', '\udd11 top secret'],
  ])('%s, which UTF-8 cannot represent, without quoting it', async (_what, value) => {
    const error = await sealer.seal(at, value).catch((it: unknown) => it)
    expect(error).toMatchObject({ code: 'INVALID_VALUE' })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('top secret')
  })

  test('a value that the opener would refuse as too large', async () => {
    await expect(sealer.seal(at, 'x'.repeat(maxSealedBytes + 1))).rejects.toMatchObject({
      code: 'VALUE_TOO_LARGE',
    })
  })

  test.each([
    ['an empty name', { workspace, name: '' }],
    ['an empty workspace', { workspace: '', name: 'A' }],
    ['a name over 256 characters', { workspace, name: 'A'.repeat(257) }],
    ['a name that is not well-formed', { workspace, name: '\ud800' }],
  ])('%s', async (_what, place) => {
    await expect(sealer.seal(place, 'value')).rejects.toMatchObject({ code: 'INVALID_NAME' })
  })

  test('a public key that does not match its kid', async () => {
    const other = await createWorkspaceKey(workspace, [rootKey.certificate])
    const mixed = createSealer({ currentKey: async () => ({ kid: key.kid, jwk: other.jwk }) })
    await expect(mixed.seal(at, 'value')).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
  })
})

test('the longest name that can be sealed can be opened, however it is escaped', async () => {
  const { opener } = openerWithCounts()
  const place = { workspace, name: '\u0001'.repeat(256) }
  expect((await opener.open(place, await sealer.seal(place, 'value'))).reveal()).toBe('value')
})

describe('the cache of an opener', () => {
  test('opens simultaneously requested values of one step with one unwrapping', async () => {
    const { opener, unwrap, workspaceKey } = openerWithCounts()
    const sealed = await Promise.all(['a', 'b', 'c'].map((it) => sealer.seal(at, it)))
    const opened = await Promise.all(sealed.map((it) => opener.open(at, it)))
    expect(opened.map((it) => it.reveal())).toEqual(['a', 'b', 'c'])
    expect([unwrap.mock.calls.length, workspaceKey.mock.calls.length]).toEqual([1, 1])
  })

  test('returns a cached value without opening it again, and opens it again after its time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { opener } = openerWithCounts()
      const sealed = await sealer.seal(at, 'value')
      const first = await opener.open(at, sealed)
      vi.advanceTimersByTime(29_000)
      expect(await opener.open(at, sealed)).toBe(first)
      vi.advanceTimersByTime(1001)
      const again = await opener.open(at, sealed)
      expect(again).not.toBe(first)
      expect(again.reveal()).toBe('value')
    } finally {
      vi.useRealTimers()
    }
  })

  test('does not return a cached value to another row', async () => {
    const { opener } = openerWithCounts()
    const sealed = await sealer.seal(at, 'value')
    await opener.open(at, sealed)
    for (const other of [
      { workspace, name: 'OTHER' },
      { workspace: 'ws-2', name: 'API_KEY' },
    ]) {
      await expect(opener.open(other, sealed)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' })
    }
  })

  test('keeps no value if told so', async () => {
    const { opener } = openerWithCounts({ cache: { seconds: 0, max: 0 } })
    const sealed = await sealer.seal(at, 'value')
    expect(await opener.open(at, sealed)).not.toBe(await opener.open(at, sealed))
  })

  test('keeps no value over 64 KiB', async () => {
    const { opener } = openerWithCounts()
    const sealed = await sealer.seal(at, 'x'.repeat(64 * 1024 + 1))
    expect(await opener.open(at, sealed)).not.toBe(await opener.open(at, sealed))
  })

  test('does not cache a failure to read the workspace key, and passes its error on', async () => {
    const down = new Error('database is down')
    const workspaceKey = vi.fn(async () => key.sealedPrivateKey).mockRejectedValueOnce(down)
    const opener = createOpener({ rootKey, workspaceKey })
    const sealed = await sealer.seal(at, 'value')
    await expect(opener.open(at, sealed)).rejects.toBe(down)
    expect((await opener.open(at, sealed)).reveal()).toBe('value')
  })
})

test('an opened value shows only through reveal', async () => {
  const { opener } = openerWithCounts()
  const opened = await opener.open(at, await sealer.seal(at, 'sk_live_do_not_show'))
  const shown = [inspect(opener, { depth: 9, showHidden: true }), inspect(opened), JSON.stringify({ opened })]
  expect(shown.join()).not.toContain('sk_live_do_not_show')
})
