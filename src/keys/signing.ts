import type { Config } from '../config.ts'
import { databaseTime } from '../database-time.ts'
import { generationOf, type KeyCheck } from '../domain/workspace-keys.ts'
import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { Signer as SignerRow } from '../store/entities/index.ts'
import { changeCertificates, findRoots, listRecipients } from '../store/root-certificate.ts'
import { findSigner, hasSignatures, listSigners, writeSigner } from '../store/signers.ts'
import type { Em, Store, Tx } from '../store/store.ts'
import {
  loadSigningKey,
  type RootKey,
  signNeighbour,
  signRecipients,
  trustedSigners,
} from '../vault/opening.ts'
import {
  readRecipients,
  readStoredCertificate,
  type Signer,
  type SigningCertificate,
} from '../vault/sealing.ts'

/** The key that vouches for others: the configured signing key, else the root key if it can sign. */
export async function openSigner(
  { signingKeyFile }: Pick<Config, 'signingKeyFile'>,
  rootKey: RootKey,
): Promise<Signer | undefined> {
  if (signingKeyFile !== undefined) return loadSigningKey(signingKeyFile)
  return signerOf(rootKey)
}

const signerOf = ({ certificate, sign }: RootKey): Signer | undefined => sign && { certificate, sign }

/**
 * Puts the loaded signer in force if that is allowed. The very first signer accepts the certificates that exist. A
 * signing key that is newly configured beside a signing root key is named by the root key.
 *
 * @returns whether the loaded signer is in force now.
 */
export async function takeUpSigning(
  { store, log }: { store: Store; log: Logger },
  rootKey: RootKey,
  signer: Signer,
): Promise<boolean> {
  const { fingerprint } = signer.certificate
  if ((await findSigner(store.em()))?.fingerprint === fingerprint) return true
  return changeCertificates(store, async (tx) => {
    const inForce = await findSigner(tx)
    if (inForce?.fingerprint === fingerprint) return true
    const byRoot = signerOf(rootKey)
    if (inForce && inForce.fingerprint === byRoot?.certificate.fingerprint) {
      await endorse(tx, byRoot, signer.certificate, signer)
      await replaceSigner(tx, inForce, signer)
      log.warn({ was: inForce.fingerprint, fingerprint }, 'another key vouches for keys from now on')
      return true
    }
    // Stops an attacker who deletes the signer's row from getting other certificates accepted.
    if (inForce || (await hasSignatures(tx))) return false
    const recipients = await startSigning(tx, signer)
    log.warn(
      { fingerprint, recipients },
      'vouches for these certificates from now on; compare them with yours',
    )
    return true
  })
}

/**
 * Vouches for all certificates that are in use, without checking who put them there. @returns their fingerprints.
 */
export async function startSigning(tx: Tx, signer: Signer): Promise<string[]> {
  const recipients = (await listRecipients(tx)).map(({ pem }) => readStoredCertificate(pem).fingerprint)
  const statement = await signRecipients(signer, { recipients, version: 1 })
  await writeSigner(tx, signer.certificate, { recipients: statement })
  return recipients
}

/**
 * Updates the signed set after a change of the certificates, in the same transaction. Retired certificates leave
 * the set, and only those that are named here enter it.
 *
 * @param signer the loaded signer, if any.
 * @throws AppError KEY_MISMATCH when another key vouches for the certificates of this database.
 */
export async function signCertificates(
  tx: Tx,
  signer: Signer | undefined,
  ...added: string[]
): Promise<void> {
  const inForce = await findSigner(tx)
  if (!inForce) return
  if (!signer || signer.certificate.fingerprint !== inForce.fingerprint) throw otherSigner(inForce, signer)
  await writeSigner(tx, signer.certificate, {
    recipients: await signAgain(tx, signer, signer.certificate, inForce.recipients, added),
  })
}

/** @param by the signer of the current set. */
async function signAgain(
  tx: Tx,
  signer: Signer,
  by: SigningCertificate,
  statement: string,
  added: readonly string[],
): Promise<string> {
  const { recipients, version } = await readRecipients(by, statement)
  const inUse = (await listRecipients(tx)).map(({ pem }) => readStoredCertificate(pem).fingerprint)
  const kept = inUse.filter((it) => recipients.includes(it) || added.includes(it))
  const isSame = kept.length === recipients.length && kept.every((it) => recipients.includes(it))
  if (isSame && by.fingerprint === signer.certificate.fingerprint) return statement
  return signRecipients(signer, { recipients: kept, version: version + 1 })
}

/** Names the next signer. Both keys sign if both are available, otherwise only the old one. */
export async function endorse(
  tx: Tx,
  signer: Signer,
  { fingerprint, pem }: SigningCertificate,
  next: Signer | undefined,
): Promise<void> {
  const { fingerprint: own } = signer.certificate
  await writeSigner(
    tx,
    { fingerprint, pem },
    {
      recipients: null,
      endorsement: await signNeighbour(signer, 'lockstep-successor', fingerprint),
      predecessor: next ? await signNeighbour(next, 'lockstep-predecessor', own) : null,
    },
  )
}

/** Puts a signer in force. It vouches for what the one before vouched for and is still in use, and for `added`. */
export async function replaceSigner(
  tx: Tx,
  before: SignerRow & { recipients: string },
  signer: Signer,
  ...added: string[]
): Promise<void> {
  const recipients = await signAgain(tx, signer, before, before.recipients, added)
  const predecessor = await signNeighbour(signer, 'lockstep-predecessor', before.fingerprint)
  await writeSigner(tx, before, { retiredAt: databaseTime() })
  await writeSigner(tx, signer.certificate, { recipients, predecessor })
}

export function otherSigner(inForce: SigningCertificate, signer: Signer | undefined): AppError {
  return new AppError(
    'KEY_MISMATCH',
    [
      'The certificates of this database are vouched for by another key. Nothing was changed.',
      `  in force: ${inForce.fingerprint}`,
      `  in hand:  ${signer?.certificate.fingerprint ?? 'none that can sign'}`,
      'Set LOCKSTEP_SIGNING_KEY_FILE to its file, or take the variable away where the root key itself signs.',
    ].join('\n'),
  )
}

/** Why the loaded signer signs nothing; undefined while the root key is rotated, because that resolves it. */
export async function signerProblem(em: Em, signer: Signer | undefined): Promise<string | undefined> {
  const [inForce, { next, old }] = [await findSigner(em), await findRoots(em)]
  if (next || old || (inForce && inForce.fingerprint === signer?.certificate.fingerprint)) return undefined
  if (inForce) return otherSigner(inForce, signer).message
  if (signer)
    return 'The signed set of certificates is gone from the database, which had one: restore a backup.'
  return (
    'Nothing vouches for keys and certificates: the root key cannot sign where it is held. Set ' +
    'LOCKSTEP_SIGNING_KEY_FILE, see docs/root-key.md.'
  )
}

/** Which keys are vouched for, according to the key that this process holds. */
export function createKeyCheck(store: Store, signer: () => Signer | undefined): KeyCheck {
  let known: { own: string; signers: Map<string, SigningCertificate> } | undefined
  return async (workspace, key) => {
    const own = signer()?.certificate
    if (!own) return key.signature !== null
    if (known?.own === own.fingerprint && (await generationOf(known.signers, workspace, key)) !== undefined)
      return true
    // Signed by a newer signer, or by one that does not count.
    known = { own: own.fingerprint, signers: await trustedSigners(await listSigners(store.em()), own) }
    return (await generationOf(known.signers, workspace, key)) !== undefined
  }
}
