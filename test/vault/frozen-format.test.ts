import { createPrivateKey } from 'node:crypto'
import { compactDecrypt, generalDecrypt, importJWK, type JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { createOpener } from '../../src/vault/opening.ts'
import { createWorkspaceKey, sealInNode } from '../../src/vault/sealing.ts'
import {
  recoveryKey,
  recoveryKeyPem,
  rootKey,
  rootKeyPem,
  values,
  workspace,
  workspaceKey,
} from './frozen-format.ts'

function decodeJson(encoded: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(encoded, 'base64url').toString())
}

describe.each([
  ['root', rootKey],
  ['recovery', recoveryKey],
])('data sealed in format 1 open for ever with the %s key', (_which, key) => {
  const opener = createOpener({ rootKey: key, workspaceKey: async () => workspaceKey.sealedPrivateKey })

  test.each(values)('$name', async ({ name, value, sealed }) => {
    expect((await opener.open({ workspace, name }, sealed)).reveal()).toBe(value)
  })
})

describe.each([
  ['root', rootKeyPem],
  ['recovery', recoveryKeyPem],
])('with the %s key a JOSE library alone, without our code, opens', (_which, pem) => {
  test.each(values)('$name', async ({ name, value, sealed }) => {
    const { plaintext, protectedHeader } = await generalDecrypt(
      workspaceKey.sealedPrivateKey,
      createPrivateKey(pem),
    )
    expect(protectedHeader).toEqual({ enc: 'A256GCM', cty: 'jwk+json', ws: workspace, wk: workspaceKey.kid })
    const jwk: JWK = JSON.parse(new TextDecoder().decode(plaintext))
    expect(jwk).toMatchObject({ ...workspaceKey.jwk, kid: workspaceKey.kid })
    const opened = await compactDecrypt(sealed, await importJWK(jwk, 'ECDH-ES'))
    expect(Buffer.from(opened.plaintext).toString()).toBe(value)
    expect(opened.protectedHeader).toMatchObject({ ws: workspace, name })
  })
})

test('a value sealed today has the form of format 1', async () => {
  const sealed = await sealInNode(workspaceKey, { workspace, name: 'API_KEY' }, 'a value')
  const frozen = values[0]?.sealed ?? ''
  const [header = '', ...parts] = sealed.split('.')
  const [frozenHeader = '', ...frozenParts] = frozen.split('.')
  const { epk, ...rest } = decodeJson(header)
  const { epk: frozenEpk, ...frozenRest } = decodeJson(frozenHeader)
  expect(rest).toEqual(frozenRest)
  expect(Object.keys(rest)).toEqual(['alg', 'enc', 'kid', 'ws', 'name'])
  expect({ ...(epk as object), x: '' }).toEqual({ ...(frozenEpk as object), x: '' })
  const sizes = (it: string[]) => [it.length, it[0]?.length, it[1]?.length, it[3]?.length]
  expect(sizes(parts)).toEqual(sizes(frozenParts))
})

test('a workspace key made today has the form of format 1', async () => {
  const made = await createWorkspaceKey(workspace, [rootKey.certificate, recoveryKey.certificate])
  const shape = ({ sealedPrivateKey: { recipients, ...jwe }, jwk }: typeof made) => ({
    jwk: { ...jwk, x: jwk.x.length },
    header: { ...decodeJson(jwe.protected), wk: '' },
    parts: Object.entries(jwe).map(([name, part]) => [name, part.length]),
    recipients: recipients.map((it) => ({ header: it.header, length: it.encrypted_key.length })),
  })
  expect(shape(made)).toEqual(shape(workspaceKey))
})
