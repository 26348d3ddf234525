import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { RootCertificate } from '../store/entities/index.ts'
import { changeCertificates, listCertificates } from '../store/root-certificate.ts'
import type { Tx } from '../store/store.ts'
import { loadOrCreateRootKey, loadRootKey, replaceRootKeyFile } from '../vault/opening.ts'
import { type Certificate, maxRecipients, readCertificate } from '../vault/sealing.ts'
import type { KeyCommand } from './key-command.ts'
import { readPassphrase, rootKeyPlace } from './root-key.ts'
import type { NextRoot } from './root-signers.ts'

/** The file of a new root key until every workspace key is sealed for it. */
export const nextFile = ({ config }: KeyCommand): string => `${config.rootKeyFile}.next`

/** The file of a replaced root key, which opens older backups. */
const keptFile = ({ config }: KeyCommand, fingerprint: string): string =>
  `${config.rootKeyFile}.${fingerprint.slice(0, 12)}.old`

/**
 * The next root key. Its private key is on disk and synced before anything is sealed for it. A file that an
 * interrupted command left is used again.
 *
 * @param to a file to read the key from, or to write it to. It may contain only a certificate, when the private
 * key is elsewhere, such as in an HSM.
 * @throws AppError INVALID_CONFIG naming the file and the rule that it breaks.
 */
export async function prepareRootKey(command: KeyCommand, to: string | undefined): Promise<NextRoot> {
  const { rootKeyFile, rootKey: variable, rootKeyUri } = command.config
  if (to === undefined && (variable || rootKeyUri !== undefined)) {
    const advice = 'Name the new key, or a certificate of it, with --to FILE.'
    throw new AppError('INVALID_CONFIG', `The root key is in ${rootKeyPlace(command.config)}. ${advice}`)
  }
  const file = to === undefined ? nextFile(command) : resolve(to)
  if (file === rootKeyFile)
    throw new AppError('INVALID_CONFIG', `${file} is where the root key in use is. Name another file.`)
  const certificate = to === undefined ? undefined : await readLoneCertificate(file)
  if (certificate) return { certificate }
  const { rootKey, created } = await loadOrCreateRootKey(file, await readPassphrase(command.config))
  command.say(created ? `Made the new root key ${file}.` : `The new root key is the one in ${file}.`)
  // The dates are checked for a given key too. They count only now, not once the key is in use.
  return { certificate: checkDates(file, rootKey.certificate.pem), rootKey }
}

/** Undefined when the file does not exist or contains more than certificates. */
async function readLoneCertificate(file: string): Promise<Certificate | undefined> {
  const text = await readFile(file, 'latin1').catch(() => '')
  if (!text.includes('-----BEGIN CERTIFICATE-----') || text.includes('PRIVATE KEY-----')) return undefined
  return checkDates(file, text)
}

function checkDates(file: string, pem: string): Certificate {
  try {
    return readCertificate(pem)
  } catch (error) {
    if (error instanceof AppError) throw new AppError(error.code, `${file}: ${error.message}`)
    throw error
  }
}

/**
 * Makes a certificate the one that every workspace key is to be sealed for next. It retires an earlier one whose
 * private key was lost before that was done.
 *
 * @param vouch signs the set of certificates, which now includes it.
 */
export async function announceNextRoot(
  command: KeyCommand,
  next: NextRoot,
  vouch: (tx: Tx) => Promise<void>,
): Promise<void> {
  await changeCertificates(command.store, async (tx) => {
    await insertNextRoot(tx, next.certificate)
    await vouch(tx)
  })
}

async function insertNextRoot(tx: Tx, { pem, fingerprint }: Certificate): Promise<void> {
  const known = (await listCertificates(tx)).find((it) => it.fingerprint === fingerprint)
  if (known && !(known.kind === 'NEXT_ROOT' && known.retiredAt === null)) {
    const what = known.kind === 'RECOVERY' ? 'a recovery certificate' : 'a root key of this database already'
    throw new AppError('INVALID_CONFIG', `The key ${fingerprint} is ${what}. A rotation needs a new one.`)
  }
  const retiredAt = databaseTime()
  const others = { kind: 'NEXT_ROOT' as const, retiredAt: null, fingerprint: { $ne: fingerprint } }
  await tx.nativeUpdate(RootCertificate, others, { retiredAt })
  if (known) return
  if ((await tx.count(RootCertificate, { retiredAt: null })) >= maxRecipients) throw tooMany()
  await tx.insert(RootCertificate, { fingerprint, pem, kind: 'NEXT_ROOT', createdAt: databaseTime() })
}

export function tooMany(): AppError {
  const advice = 'Remove a recovery certificate first.'
  return new AppError(
    'LIMIT_REACHED',
    `A workspace key is sealed for at most ${maxRecipients} certificates. ${advice}`,
  )
}

/** The certificate of the key that waits beside the root key; undefined when there is none or it is unreadable. */
export async function findNextKey(command: KeyCommand): Promise<Certificate | undefined> {
  const passphrase = await readPassphrase(command.config)
  return (await loadRootKey(nextFile(command), passphrase).catch(() => undefined))?.certificate
}

/**
 * Moves the new root key file to the configured place, if it belongs there and is not there yet. Both keys open
 * everything at that moment, so a worker may read either.
 *
 * @param replaced the fingerprint of the key that may be there now.
 */
export async function putInPlace(command: KeyCommand, fingerprint: string, replaced: string): Promise<void> {
  const { rootKeyFile } = command.config
  if ((await findNextKey(command))?.fingerprint !== fingerprint) return
  await replaceRootKeyFile(nextFile(command), rootKeyFile, keptFile(command, replaced))
  command.say(`The new root key is in ${rootKeyFile}.`)
}
