import { createPublicKey } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, GeneralEncrypt, generateKeyPair } from 'jose'
import { AppError } from '../errors.ts'
import type { Certificate } from './certificate.ts'
import type { PublicWorkspaceKey } from './seal-value.ts'
import { type GeneralJwe, MAX_RECIPIENTS, type WorkspaceKeyRecipient } from './workspace-key-envelope.ts'

/** A workspace key as it is stored: the public half, and the private half for the recipients alone. */
export interface NewWorkspaceKey extends PublicWorkspaceKey {
  sealedPrivateKey: GeneralJwe
}

/**
 * Makes a workspace key (X25519) and seals its private half, a JWK (RFC 8037), as a General JWE (RFC 7516, section
 * 7.2.1): `A256GCM`, and `RSA-OAEP-256` (RFC 7518, section 4.3) for each certificate. The private half is in no
 * variable afterwards, so the process that makes a key cannot open with it.
 *
 * @param recipients the root certificate and every recovery certificate: 1 to 32, each once.
 * @throws AppError INVALID_CONFIG when there is no recipient, one twice, or too many.
 */
export async function createWorkspaceKey(
  workspace: string,
  recipients: readonly Certificate[],
): Promise<NewWorkspaceKey> {
  checkRecipients(workspace, recipients)
  const pair = await generateKeyPair('ECDH-ES', { crv: 'X25519', extractable: true })
  const { x = '', d } = await exportJWK(pair.privateKey)
  const jwk = { kty: 'OKP', crv: 'X25519', x } as const
  const kid = await calculateJwkThumbprint(jwk, 'sha256')
  const plaintext = new TextEncoder().encode(JSON.stringify({ ...jwk, d, kid }))
  const sealedPrivateKey = await encrypt(plaintext, { ws: workspace, wk: kid }, recipients)
  plaintext.fill(0)
  return { kid, jwk, sealedPrivateKey }
}

function checkRecipients(workspace: string, recipients: readonly Certificate[]): void {
  const what = `The key of workspace ${workspace}`
  if (recipients.length === 0) {
    throw new AppError('INVALID_CONFIG', `${what} needs a root certificate to be sealed to.`)
  }
  if (recipients.length > MAX_RECIPIENTS) {
    throw new AppError('INVALID_CONFIG', `${what} can be sealed to at most ${MAX_RECIPIENTS} certificates.`)
  }
  if (new Set(recipients.map((it) => it.fingerprint)).size !== recipients.length) {
    throw new AppError('INVALID_CONFIG', `${what} would be sealed to the same certificate twice.`)
  }
}

async function encrypt(
  plaintext: Uint8Array,
  header: { ws: string; wk: string },
  recipients: readonly Certificate[],
): Promise<GeneralJwe> {
  const encryption = new GeneralEncrypt(plaintext)
  encryption.setProtectedHeader({ enc: 'A256GCM', cty: 'jwk+json', ...header })
  for (const { pem, fingerprint } of recipients) {
    const recipient = encryption.addRecipient(createPublicKey(pem))
    recipient.setUnprotectedHeader({ alg: 'RSA-OAEP-256', kid: fingerprint })
  }
  const jwe = await encryption.encrypt()
  const { protected: encoded = '', iv = '', ciphertext, tag = '' } = jwe
  return { protected: encoded, iv, ciphertext, tag, recipients: jwe.recipients.map(toRecipient(recipients)) }
}

/** The recipients in the order that they were added in: the form that we store, from jose's wider type. */
function toRecipient(certificates: readonly Certificate[]) {
  return ({ encrypted_key = '' }: { encrypted_key?: string }, index: number): WorkspaceKeyRecipient => ({
    header: { alg: 'RSA-OAEP-256', kid: certificates[index]?.fingerprint ?? '' },
    encrypted_key,
  })
}
