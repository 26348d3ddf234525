import { spawnSync } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createOpener } from '../../src/vault/opening.ts'
import { recoveryKeyPem, rootKey, rootKeyPem, values, workspace, workspaceKey } from './frozen-format.ts'

// Another implementation of JOSE: jwcrypto in Python. Debian's `jose` knows neither RSA-OAEP-256 nor X25519.

const python = ['/usr/bin/python3', 'python3'].find(
  (it) => spawnSync(it, ['-c', 'import jwcrypto']).status === 0,
)

/** Runs a program in Python that reads `given` as JSON. @returns the JSON that it printed. */
function run(program: string, given: unknown): unknown {
  const source = `import json, sys\nfrom jwcrypto import jwe, jwk\ngiven = json.load(sys.stdin)\n${program}`
  const options = { input: JSON.stringify(given), encoding: 'utf8', env: { PYTHONUTF8: '1' } } as const
  const { stdout, stderr, status } = spawnSync(python ?? '', ['-c', source], options)
  expect([status, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

const openAll = `
envelope = jwe.JWE()
envelope.deserialize(json.dumps(given["envelope"]))
envelope.decrypt(jwk.JWK.from_pem(given["pem"].encode()))
key = jwk.JWK.from_json(envelope.payload.decode())
def unseal(sealed):
    token = jwe.JWE()
    token.deserialize(sealed)
    token.decrypt(key)
    return token.payload.decode()
print(json.dumps([unseal(it) for it in given["sealed"]]))`

const seal = `
header = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": given["kid"], "ws": given["ws"], "name": given["name"]}
token = jwe.JWE(given["value"].encode(), json.dumps(header))
token.add_recipient(jwk.JWK(**given["jwk"]))
print(json.dumps(token.serialize(compact=True)))`

describe.skipIf(!python)(`with jwcrypto${python ? '' : ' (python3-jwcrypto is not installed)'}`, () => {
  // jwcrypto treats an empty plaintext as missing; no secret is empty.
  const filled = values.filter(({ value }) => value !== '')

  test.each([
    ['root', rootKeyPem],
    ['recovery', recoveryKeyPem],
  ])('our sealed data open with the %s key', (_which, pem) => {
    const key = createPrivateKey(pem).export({ format: 'pem', type: 'pkcs8' })
    const given = { envelope: workspaceKey.sealedPrivateKey, pem: key, sealed: filled.map((it) => it.sealed) }
    expect(run(openAll, given)).toEqual(filled.map((it) => it.value))
  })

  test('data that jwcrypto seals for our key open here', async () => {
    const given = { ...workspaceKey, ws: workspace, name: 'PYTHON', value: 'sealed in Python 🐍' }
    const sealed = String(run(seal, given))
    const opener = createOpener({ rootKey, workspaceKey: async () => workspaceKey.sealedPrivateKey })
    expect((await opener.open({ workspace, name: 'PYTHON' }, sealed)).reveal()).toBe('sealed in Python 🐍')
  })
})
