import { text } from 'node:stream/consumers'
import { AppError } from '../errors.ts'
import { Sensitive } from '../sensitive.ts'
import type { RootCertificate } from '../store/entities/index.ts'
import { parseRootKey, type RootKey, readPassphraseFile, readRootKeyFile } from '../vault/opening.ts'

type KnownCertificate = Pick<RootCertificate, 'pem' | 'fingerprint' | 'kind' | 'retiredAt'>

/**
 * The private key of a recovery certificate, or of a root certificate that this database has had. The file need
 * not contain the certificate, because the database has it.
 *
 * @param what it is to open, for the message.
 * @throws AppError KEY_MISMATCH when it belongs to none of them; INVALID_CONFIG for a file that does not open.
 */
export async function loadRecoveryKey(
  file: string,
  passphrase: Sensitive | undefined,
  certificates: readonly KnownCertificate[],
  what = 'this database',
): Promise<RootKey> {
  const content = await readRootKeyFile(file)
  if (!content) throw new AppError('INVALID_CONFIG', `The key file ${file} does not exist.`)
  const known = certificates.map(({ pem }) => pem)
  // Both the file's own certificates and the database's are tried.
  const stranger = mismatch(file, what, 'it belongs to none of its certificates', certificates)
  const rootKey = parseRootKey(file, content, passphrase, known, stranger)
  const { fingerprint } = rootKey.certificate
  if (certificates.some((it) => it.fingerprint === fingerprint)) return rootKey
  throw mismatch(file, what, `its certificate is ${fingerprint}`, certificates)
}

function mismatch(
  file: string,
  what: string,
  why: string,
  certificates: readonly KnownCertificate[],
): AppError {
  const lines = certificates
    .filter((it) => it.kind === 'RECOVERY' && it.retiredAt === null)
    .map((it) => `\n  ${it.fingerprint}`)
  const has =
    lines.length > 0 ? `Its recovery certificates are:${lines.join('')}` : 'It has no recovery certificate.'
  return new AppError(
    'KEY_MISMATCH',
    `The key in ${file} cannot open ${what}: ${why}. Nothing was changed. ${has}`,
  )
}

/**
 * A passphrase from a file that only its owner may read, or, for `-`, from standard input. It is never an
 * argument, because every user of the machine can read those.
 *
 * @throws AppError INVALID_CONFIG
 */
export async function readGivenPassphrase(file: string): Promise<Sensitive> {
  if (file !== '-') return readPassphraseFile(file)
  const given = (await text(process.stdin)).replace(/\r?\n$/, '')
  if (given !== '') return new Sensitive(given)
  throw new AppError('INVALID_CONFIG', 'There is no passphrase on standard input.')
}
