import { constants, createPublicKey, publicEncrypt } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { Certificate } from './certificate.ts'
import { openEnvelope } from './open-workspace-key.ts'
import type { RootKey } from './root-key.ts'
import { envelopeFault, type GeneralJwe, MAX_RECIPIENTS } from './workspace-key-envelope.ts'

/** Who a workspace key was sealed for anew, and who can no longer open it: fingerprints. */
export interface Rewrapped {
  sealed: GeneralJwe
  added: string[]
  removed: string[]
}

/**
 * Brings the recipients of a sealed workspace key to those given, by wrapping its content key (RFC 7516, section
 * 7.2.1) for the new ones: what is sealed, and the entries of those that stay, keep every byte.
 *
 * The key in hand opens the envelope to the end first, and is itself never dropped: no envelope is left to
 * recipients of which none was seen to work.
 *
 * @param rootKeys private keys in hand; the first one that the envelope is sealed for opens it.
 * @param recipients 1 to 32, each once.
 * @returns undefined when the envelope is sealed for exactly these already.
 * @throws AppError SECRET_UNREADABLE when none of the keys opens it; INVALID_CONFIG for no or too many recipients.
 */
export async function rewrapWorkspaceKey(
  rootKeys: readonly RootKey[],
  workspace: string,
  kid: string,
  sealed: GeneralJwe,
  recipients: readonly Certificate[],
): Promise<Rewrapped | undefined> {
  if (recipients.length === 0 || recipients.length > MAX_RECIPIENTS) {
    throw new AppError('INVALID_CONFIG', `A workspace key is sealed for 1 to ${MAX_RECIPIENTS} certificates.`)
  }
  const kids = envelopeFault(workspace, kid, sealed) === undefined ? recipientKids(sealed) : []
  const missing = recipients.filter(({ fingerprint }) => !kids.includes(fingerprint))
  const surplus = kids.filter((it) => recipients.every(({ fingerprint }) => fingerprint !== it))
  if (kids.length > 0 && missing.length === 0 && surplus.length === 0) return undefined
  const { contentKey, opener } = await openWithAny(rootKeys, workspace, kid, sealed)
  try {
    const removed = surplus.filter((it) => it !== opener)
    if (missing.length === 0 && removed.length === 0) return undefined
    const kept = sealed.recipients.filter((it) => !removed.includes(it.header.kid))
    const made = missing.map(({ pem, fingerprint }) => ({
      header: { alg: 'RSA-OAEP-256' as const, kid: fingerprint },
      encrypted_key: wrap(pem, contentKey),
    }))
    return {
      sealed: { ...sealed, recipients: [...kept, ...made] },
      added: missing.map(({ fingerprint }) => fingerprint),
      removed,
    }
  } finally {
    contentKey.fill(0)
  }
}

/** The fingerprints that a sealed workspace key names. Only for one whose form was checked. */
const recipientKids = (sealed: GeneralJwe): string[] => sealed.recipients.map((it) => it.header.kid)

async function openWithAny(
  rootKeys: readonly RootKey[],
  workspace: string,
  kid: string,
  sealed: GeneralJwe,
): Promise<{ contentKey: Uint8Array; opener: string }> {
  let failure: unknown
  for (const rootKey of rootKeys) {
    try {
      const { contentKey } = await openEnvelope(rootKey, workspace, kid, sealed)
      return { contentKey, opener: rootKey.certificate.fingerprint }
    } catch (error) {
      // Of several failures, the one of the first key is what the operator asked about.
      failure ??= error
    }
  }
  throw failure ?? new TypeError('rewrapWorkspaceKey needs a key')
}

/** RSA-OAEP-256 (RFC 7518, section 4.3): SHA-256 for the label and for MGF1, which OpenSSL takes over from it. */
function wrap(certificatePem: string, contentKey: Uint8Array): string {
  const key = createPublicKey(certificatePem)
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
  return publicEncrypt({ key, ...padding }, contentKey).toString('base64url')
}
