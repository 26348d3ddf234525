import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { Signer as SignerRow } from '../store/entities/index.ts'
import { findSigner, listSigners, writeSigner } from '../store/signers.ts'
import type { Tx } from '../store/store.ts'
import { type RootKey, readNeighbour } from '../vault/opening.ts'
import type { Certificate, Signer } from '../vault/sealing.ts'
import type { HeldKeys, KeyCommand } from './key-command.ts'
import { endorse, openSigner, otherSigner, replaceSigner, signCertificates, startSigning } from './signing.ts'

/** The next root key, without its private key when that is elsewhere. */
export interface NextRoot {
  certificate: Certificate
  rootKey?: RootKey
}

/** Makes the announced certificate a recipient. If the root key itself signs, it also names the new one. */
export async function vouchForNext(
  tx: Tx,
  { rootKey, signer }: HeldKeys,
  { certificate, rootKey: next }: NextRoot,
): Promise<void> {
  await dropPending(tx, certificate.fingerprint)
  if (signer && signer.certificate.fingerprint === rootKey.certificate.fingerprint) {
    const sign = next?.sign
    await endorse(tx, signer, certificate, sign && { certificate, sign })
  }
  await signCertificates(tx, signer, certificate.fingerprint)
}

const dropPending = (tx: Tx, except: string) =>
  tx.nativeDelete(SignerRow, { recipients: null, fingerprint: { $ne: except } })

/**
 * Lets the new root key vouch instead of the old one, once the old one is retired.
 *
 * @throws AppError INVALID_CONFIG when the new one cannot sign; KEY_MISMATCH when the old one did not name it.
 */
export async function handOver(tx: Tx, signer: Signer | undefined): Promise<void> {
  const inForce = await findSigner(tx)
  if (!inForce) return
  if (!signer) {
    const advice =
      'Set LOCKSTEP_SIGNING_KEY_FILE before you rotate to it, while the old root key is in its place.'
    throw new AppError('INVALID_CONFIG', `The new root key cannot sign, and the old one does. ${advice}`)
  }
  const { fingerprint } = signer.certificate
  if (inForce.fingerprint === fingerprint) return signCertificates(tx, signer)
  const row = (await listSigners(tx)).find((it) => it.fingerprint === fingerprint)
  const named = row?.endorsement && (await readNeighbour(inForce, 'lockstep-successor', row.endorsement))
  if (named !== fingerprint) throw otherSigner(inForce, signer)
  await replaceSigner(tx, inForce, signer)
}

/** Undoes {@link vouchForNext}. The old root key continues from its last own signature. */
export async function takeBack(tx: Tx, signer: Signer | undefined): Promise<void> {
  const inForce = await findSigner(tx)
  if (!inForce) return
  const own = (await listSigners(tx)).find((it) => it.fingerprint === signer?.certificate.fingerprint)
  // An earlier, interrupted recovery has already put its new key in force.
  if (signer && own?.recipients && own.fingerprint !== inForce.fingerprint) {
    await writeSigner(tx, inForce, { retiredAt: databaseTime(), recipients: null })
    await writeSigner(tx, own, { retiredAt: null })
  }
  await signCertificates(tx, signer)
  await dropPending(tx, '')
}

/**
 * Lets a new root key vouch after the loss of the one before. The lost key can no longer confirm what it vouched
 * for, so the backup is trusted. Clients see another fingerprint, and a person has to accept it.
 */
export async function vouchAfterLoss(
  tx: Tx,
  { config, say }: KeyCommand,
  { certificate, rootKey }: NextRoot,
): Promise<void> {
  const signer = rootKey && (await openSigner(config, rootKey))
  const inForce = await findSigner(tx)
  if (!signer) return
  if (inForce?.fingerprint === signer.certificate.fingerprint) {
    return signCertificates(tx, signer, certificate.fingerprint)
  }
  if (inForce) await replaceSigner(tx, inForce, signer, certificate.fingerprint)
  else await startSigning(tx, signer)
  say(
    `Keys are vouched for by ${signer.certificate.fingerprint} from now on: clients ask people to accept it.`,
  )
}
