import { createPrivateKey } from 'node:crypto'
import { createSoftwareRootKey, type RootKey } from '../../src/vault/root-key.ts'
import type { NewWorkspaceKey } from '../../src/vault/sealing.ts'
import frozen from './fixtures/format-1.json' with { type: 'json' }

/** Test-only keys and data that were sealed with them, once and for all: `fixtures/format-1.json`. */
export const { workspace, values, rootKey: rootKeyPem, recoveryKey: recoveryKeyPem } = frozen
export const workspaceKey = frozen.workspaceKey as NewWorkspaceKey
export const rootKey = rootKeyOf(rootKeyPem)
export const recoveryKey = rootKeyOf(recoveryKeyPem)

export function rootKeyOf(pem: string): RootKey {
  return createSoftwareRootKey(createPrivateKey(pem), certificateIn(pem))
}

export function certificateIn(pem: string): string {
  return pem.slice(pem.indexOf('-----BEGIN CERTIFICATE-----'))
}
