import type { RootCertificate } from '../store/entities/index.ts'
import { listRecipients } from '../store/root-certificate.ts'
import { findSigner } from '../store/signers.ts'
import type { Em } from '../store/store.ts'
import {
  type Certificate,
  readRecipients,
  readStoredCertificate,
  type SigningCertificate,
} from '../vault/sealing.ts'

export type Recipient = Pick<RootCertificate, 'kind'> & { certificate: Certificate }

export interface Recipients {
  /** The certificates that workspace keys are sealed for. */
  vouched: Recipient[]
  /** Certificates in the database that are not in the signed set. No key is sealed for them. */
  strange: Recipient[]
}

/**
 * The certificates that workspace keys are sealed for: those in use that the signed set names. If nothing signs,
 * all certificates in use.
 *
 * @param signer whose statement counts, for a process that knows it from its key; without it, the signer in the
 * database.
 * @throws AppError KEY_MISMATCH when the set was not signed by it.
 */
export async function listVouchedRecipients(em: Em, signer?: SigningCertificate): Promise<Recipients> {
  const rows = (await listRecipients(em)).map(({ kind, pem }) => ({
    kind,
    // The fingerprint is computed from the certificate itself. This stops another certificate that was stored
    // under a fingerprint of the set.
    certificate: readStoredCertificate(pem),
  }))
  const stored = await findSigner(em)
  if (!stored) return { vouched: rows, strange: [] }
  const { recipients } = await readRecipients(signer ?? stored, stored.recipients)
  // Stops a certificate that an attacker wrote into the table: it would open every key made from now on.
  const isVouched = ({ certificate: { fingerprint } }: Recipient) => recipients.includes(fingerprint)
  return { vouched: rows.filter(isVouched), strange: rows.filter((it) => !isVouched(it)) }
}
