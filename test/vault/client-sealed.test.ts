import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { checkSealedValue, createWorkspaceKey, sealedValueSize, sealInNode } from '../../src/vault/sealing.ts'
import { rootKey } from './frozen-format.ts'

const at = { workspace: 'ws-1', name: 'API_KEY' }
const key = await createWorkspaceKey(at.workspace, [rootKey.certificate])

function check(sealed: string, kid = key.kid, place = at): unknown {
  try {
    return checkSealedValue(place, kid, sealed)
  } catch (error) {
    return error
  }
}

test.each([1, 17, 64 * 1024])('a value of %d bytes is accepted', async (bytes) => {
  const sealed = await sealInNode(key, at, 'x'.repeat(bytes))
  expect(check(sealed)).toBe(undefined)
  expect(sealedValueSize(sealed)).toBe(bytes)
})

test('the size counts bytes of UTF-8', async () => {
  expect(sealedValueSize(await sealInNode(key, at, 'ü🔑'))).toBe(6)
})

describe('a rejection says which rule failed', () => {
  test('too large', async () => {
    expect(check(await sealInNode(key, at, 'x'.repeat(64 * 1024 + 1)))).toMatchObject({
      code: 'SEALED_VALUE_REJECTED',
      message:
        'The sealed value of API_KEY is rejected: the value in it has 65537 bytes, at most 65536 are allowed.',
    })
  })

  test('empty', async () => {
    expect(check(await sealInNode(key, at, ''))).toMatchObject({
      message: expect.stringContaining('is empty'),
    })
  })

  test('sealed for a key that is not the current one', async () => {
    const old = await createWorkspaceKey(at.workspace, [rootKey.certificate])
    const message = expect.stringContaining(`its kid must be the workspace's current key ${key.kid}`)
    expect(check(await sealInNode(old, at, 'value'))).toMatchObject({
      code: 'SEALED_VALUE_REJECTED',
      message,
    })
  })

  test('sealed for another name or workspace', async () => {
    const sealed = await sealInNode(key, at, 'value')
    expect(check(sealed, key.kid, { ...at, name: 'B' })).toMatchObject({
      message: expect.stringContaining('its name'),
    })
    expect(check(sealed, key.kid, { ...at, workspace: 'B' })).toMatchObject({
      message: expect.stringContaining('its ws'),
    })
  })

  test('a value sent in the clear by mistake, which is not quoted', () => {
    const error = check('sk_live_do_not_show')
    expect(error).toMatchObject({
      code: 'SEALED_VALUE_REJECTED',
      message: expect.stringContaining('five parts'),
    })
    expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain('sk_live')
  })
})
