import { compactDecrypt } from 'jose'
import { afterEach, expect, test, vi } from 'vitest'
import { createOpener, openWorkspaceKey } from '../../src/vault/opening.ts'
import { createRunSeal, createWorkspaceKey, sealInNode } from '../../src/vault/sealing.ts'
import { rootKey } from './frozen-format.ts'

const workspace = 'ws-1'
const at = (run: string) => ({ workspace, name: `run/${run}/input` })
const key = await createWorkspaceKey(workspace, [rootKey.certificate])
const open = await openWorkspaceKey(rootKey, workspace, key.kid, key.sealedPrivateKey)

afterEach(() => void vi.useRealTimers())

const headerOf = (sealed: string) =>
  JSON.parse(Buffer.from(sealed.split('.')[0] ?? '', 'base64url').toString())
const ephemeralKeys = (sealed: readonly string[]) => new Set(sealed.map((it) => headerOf(it).epk.x)).size
const nonces = (sealed: readonly string[]) => new Set(sealed.map((it) => it.split('.')[2])).size

function openerOf() {
  const inForce = { fingerprint: 'first' }
  const workspaceKey = vi.fn(async () => key.sealedPrivateKey)
  const opener = createOpener({ rootKey, workspaceKey, rootFingerprint: () => inForce.fingerprint })
  return { opener, inForce, workspaceKey }
}

test('data of runs share an ephemeral key and never a nonce, and jose opens each', async () => {
  const seal = createRunSeal()
  const sealed = await Promise.all(
    Array.from({ length: 50 }, (_, it) => seal(key, at(`${it}`), `data ${it}`)),
  )
  expect([ephemeralKeys(sealed), nonces(sealed)]).toEqual([1, 50])
  for (const [index, it] of sealed.entries()) {
    const { plaintext, protectedHeader } = await compactDecrypt(it, open)
    expect(Buffer.from(plaintext).toString()).toBe(`data ${index}`)
    expect(protectedHeader).toMatchObject({ kid: key.kid, ws: workspace, name: `run/${index}/input` })
  }
})

test('each workspace key has agreements of its own', async () => {
  const seal = createRunSeal()
  const other = await createWorkspaceKey('ws-2', [rootKey.certificate])
  const sealed = [await seal(key, at('1'), 'a'), await seal(other, { ...at('1'), workspace: 'ws-2' }, 'b')]
  expect(ephemeralKeys(sealed)).toBe(2)
})

test('half a minute later, data come under another ephemeral key', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const seal = createRunSeal()
  const sealed = [await seal(key, at('1'), 'a'), await seal(key, at('2'), 'b')]
  expect(ephemeralKeys(sealed)).toBe(1)
  vi.advanceTimersByTime(30_001)
  expect(ephemeralKeys([...sealed, await seal(key, at('3'), 'c')])).toBe(2)
})

test('a stored secret has an ephemeral key of its own', async () => {
  const sealed = await Promise.all(['a', 'b', 'c'].map((it) => sealInNode(key, { workspace, name: it }, it)))
  expect(ephemeralKeys(sealed)).toBe(3)
})

test('data of a run open in the place that they were sealed for, and in no other', async () => {
  const { opener } = openerOf()
  const seal = createRunSeal()
  const [mine, others] = [await seal(key, at('1'), 'mine'), await seal(key, at('2'), 'others')]
  expect((await opener.openRunData(at('1'), mine)).reveal()).toBe('mine')
  expect((await opener.openRunData(at('2'), others)).reveal()).toBe('others')
  await expect(opener.openRunData(at('1'), others)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' })
  // Under the content key that both share, the header of the one does not authenticate the text of the other.
  const mixed = [...mine.split('.').slice(0, 2), ...others.split('.').slice(2)].join('.')
  await expect(opener.openRunData(at('1'), mixed)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' })
})

test('what was agreed on opens nothing any more when its workspace key was forgotten', async () => {
  const { opener, inForce, workspaceKey } = openerOf()
  const sealed = await createRunSeal()(key, at('1'), 'data')
  await opener.openRunData(at('1'), sealed)
  workspaceKey.mockResolvedValue(undefined as never)
  expect((await opener.openRunData(at('1'), sealed)).reveal()).toBe('data')
  inForce.fingerprint = 'second'
  await expect(opener.openRunData(at('1'), sealed)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' })
})

test('data of a run are not kept in the clear', async () => {
  const { opener } = openerOf()
  const sealed = await createRunSeal()(key, at('1'), 'data')
  expect(await opener.openRunData(at('1'), sealed)).not.toBe(await opener.openRunData(at('1'), sealed))
})
