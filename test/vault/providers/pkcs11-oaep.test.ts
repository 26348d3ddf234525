import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import forge from 'node-forge'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { Sensitive } from '../../../src/sensitive.ts'
import { openRootKeyUri, openWorkspaceKey } from '../../../src/vault/opening.ts'
import * as padding from '../../../src/vault/providers/oaep-padding.ts'
import { createWorkspaceKey } from '../../../src/vault/sealing.ts'
import { certificateIn, rootKey as frozenKey, rootKeyPem } from '../frozen-format.ts'

// SoftHSM 2.6 supports OAEP only with SHA-1. Mozilla's software token supports SHA-256, and stores certificates
// beside keys.

const module = [
  '/usr/lib/x86_64-linux-gnu/libsoftokn3.so',
  '/usr/lib/aarch64-linux-gnu/libsoftokn3.so',
  '/usr/lib/x86_64-linux-gnu/nss/libsoftokn3.so',
  '/usr/lib64/libsoftokn3.so',
].find((it) => existsSync(it))
const binding: string = 'pkcs11js'
const missing = await import(binding).then(
  () => (module && spawnSync('certutil', ['-H']).status !== null ? undefined : 'NSS is not installed'),
  () => 'the package pkcs11js is not installed',
)
const pin = 'pin-of-nss-1907'

describe.skipIf(missing)(`a token that does RSA-OAEP-256 itself${missing ? ` (${missing})` : ''}`, () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lockstep-nss-'))
    const [pinFile, p12] = [join(folder, 'pin'), join(folder, 'key.p12')]
    await writeFile(pinFile, pin)
    const key = forge.pki.privateKeyFromPem(rootKeyPem)
    const certificate = forge.pki.certificateFromPem(certificateIn(rootKeyPem))
    const pfx = forge.pkcs12.toPkcs12Asn1(key, [certificate], 'x', {
      friendlyName: 'root',
      algorithm: '3des',
    })
    await writeFile(p12, forge.asn1.toDer(pfx).getBytes(), 'latin1')
    execFileSync('certutil', ['-N', '-d', `sql:${folder}`, '-f', pinFile])
    execFileSync('pk12util', ['-i', p12, '-d', `sql:${folder}`, '-k', pinFile, '-W', 'x'], { stdio: 'pipe' })
    // Only NSS needs the place of its database, in its own format.
    const { PKCS11 } = ((await import(binding)) as { default: { PKCS11: new () => NssLibrary } }).default
    const library = new PKCS11()
    library.load(module ?? '')
    const libraryParameters = `configdir='sql:${folder}' certPrefix='' keyPrefix='' secmod='secmod.db' flags=`
    library.C_Initialize({ flags: 2, libraryParameters })
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('opens with the certificate in the token, and leaves the padding to the token', async () => {
    const ours = vi.spyOn(padding, 'removeOaepPadding')
    const uri = `pkcs11:token=NSS%20Certificate%20DB;object=root?module-path=${module}`
    const rootKey = await openRootKeyUri(uri, new Sensitive(pin))
    expect(rootKey.certificate).toEqual(frozenKey.certificate)
    const key = await createWorkspaceKey('ws-1', [rootKey.certificate])
    await expect(openWorkspaceKey(rootKey, 'ws-1', key.kid, key.sealedPrivateKey)).resolves.toBeDefined()
    await expect(rootKey.unwrap(Buffer.alloc(256, 1))).rejects.toThrow()
    await expect(openWorkspaceKey(rootKey, 'ws-1', key.kid, key.sealedPrivateKey)).resolves.toBeDefined()
    expect(ours).not.toHaveBeenCalled()
  })
})

interface NssLibrary {
  load(path: string): void
  C_Initialize(options: { flags: number; libraryParameters: string }): void
}
