import { afterEach, expect, test, vi } from 'vitest'
import { createOpener } from '../../src/vault/opening.ts'
import { createSealer, createWorkspaceKey } from '../../src/vault/sealing.ts'
import { rootKey } from './frozen-format.ts'

const workspace = 'ws-1'
const at = { workspace, name: 'API_KEY' }
const key = await createWorkspaceKey(workspace, [rootKey.certificate])
const sealer = createSealer({ currentKey: async () => key })

afterEach(() => void vi.useRealTimers())

function openerOf(cache?: { seconds: number; max: number }) {
  const inForce = { fingerprint: 'first' }
  const workspaceKey = vi.fn(async () => key.sealedPrivateKey)
  const unwrap = vi.fn(rootKey.unwrap)
  const opener = createOpener({
    rootKey: { ...rootKey, unwrap },
    workspaceKey,
    rootFingerprint: () => inForce.fingerprint,
    ...(cache && { cache }),
  })
  return { opener, inForce, workspaceKey, unwrap }
}

test('a value that was replaced is never given for the one that replaced it', async () => {
  const { opener } = openerOf()
  const before = await sealer.seal(at, 'the old value')
  expect((await opener.open(at, before)).reveal()).toBe('the old value')
  const after = await sealer.seal(at, 'the new value')
  expect((await opener.open(at, after)).reveal()).toBe('the new value')
})

test('one byte more in what is sealed is another value, known or not', async () => {
  const { opener } = openerOf()
  const sealed = await sealer.seal(at, 'value')
  await opener.open(at, sealed)
  const altered = sealed.replace(/.$/, (it) => (it === 'A' ? 'Q' : 'A'))
  await expect(opener.open(at, altered)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' })
})

test('no more values are kept than it is told, and the oldest goes first', async () => {
  const { opener } = openerOf({ seconds: 30, max: 2 })
  const sealed = await Promise.all(['a', 'b', 'c'].map((it) => sealer.seal(at, it)))
  const [first, second, third] = await Promise.all(sealed.map((it) => opener.open(at, it)))
  expect(await opener.open(at, sealed[2] ?? '')).toBe(third)
  expect(await opener.open(at, sealed[1] ?? '')).toBe(second)
  expect(await opener.open(at, sealed[0] ?? '')).not.toBe(first)
})

test('another root key in force ends the memory of values and of workspace keys', async () => {
  const { opener, inForce, unwrap } = openerOf()
  const sealed = await sealer.seal(at, 'value')
  const first = await opener.open(at, sealed)
  expect(await opener.open(at, sealed)).toBe(first)
  inForce.fingerprint = 'second'
  expect(await opener.open(at, sealed)).not.toBe(first)
  expect(unwrap).toHaveBeenCalledTimes(2)
})

test('a workspace key that is gone opens nothing any more once the root key was rotated', async () => {
  const { opener, inForce, workspaceKey } = openerOf()
  const sealed = await sealer.seal(at, 'value')
  await opener.open(at, sealed)
  workspaceKey.mockResolvedValue(undefined as never)
  inForce.fingerprint = 'second'
  await expect(opener.open(at, sealed)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' })
})

test('a workspace key that is gone opens nothing any more when its time in memory is over', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { opener, workspaceKey } = openerOf()
  const sealed = await sealer.seal(at, 'value')
  await opener.open(at, sealed)
  workspaceKey.mockResolvedValue(undefined as never)
  vi.advanceTimersByTime(300_001)
  await expect(opener.open(at, sealed)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' })
})
