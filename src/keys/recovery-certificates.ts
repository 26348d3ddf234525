import { readFile } from 'node:fs/promises'
import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { RootCertificate } from '../store/entities/index.ts'
import { holdKeyLock } from '../store/key-lock.ts'
import { changeCertificates, listCertificates, listRecipients } from '../store/root-certificate.ts'
import type { Tx } from '../store/store.ts'
import { type Certificate, maxRecipients, readCertificate } from '../vault/sealing.ts'
import { alignEnvelopes, sayUnreadable } from './align-envelopes.ts'
import { DONE, FAILED, type HeldKeys, type KeyCommand, loadKeys } from './key-command.ts'
import { tooMany } from './new-root-key.ts'
import { signCertificates } from './signing.ts'

/**
 * Seals every workspace key for a recovery certificate too. It first becomes a recipient of new workspaces, so
 * that none is left out. After an interruption the command continues with the rest.
 *
 * @throws AppError INVALID_CONFIG with the rule that the certificate breaks.
 */
export async function addRecovery(command: KeyCommand, file: string): Promise<number> {
  const certificate = await readCertificateFile(file)
  return holdKeyLock(command.store, async () => {
    const keys = await loadKeys(command)
    await changeCertificates(command.store, async (tx) => {
      await insertRecovery(tx, certificate)
      await signCertificates(tx, keys.signer, certificate.fingerprint)
    })
    if (!(await align(command, keys))) return FAILED
    const until = certificate.notAfter.toISOString().slice(0, 10)
    command.say(
      `${certificate.subject} (${certificate.fingerprint}, until ${until}) opens every workspace key.`,
    )
    command.say('Keep its private key offline, and try it: docs/keys.md has the drill.')
    return DONE
  })
}

async function readCertificateFile(file: string): Promise<Certificate> {
  const pem = await readFile(file, 'latin1').catch((error: NodeJS.ErrnoException) => {
    throw new AppError(
      'INVALID_CONFIG',
      `The certificate ${file} cannot be read (${error.code ?? 'UNKNOWN'}).`,
    )
  })
  return readCertificate(pem)
}

async function insertRecovery(tx: Tx, { fingerprint, pem }: Certificate): Promise<void> {
  const rows = await listCertificates(tx)
  const known = rows.find((it) => it.fingerprint === fingerprint)
  if (known && known.kind !== 'RECOVERY') {
    const why = 'A recovery certificate is for the day that this key is lost: make another key, kept offline.'
    throw new AppError(
      'INVALID_CONFIG',
      `The certificate ${fingerprint} is a root key of this database. ${why}`,
    )
  }
  if (known?.retiredAt === null) return
  if (rows.filter((it) => it.retiredAt === null).length >= maxRecipients) throw tooMany()
  if (known) await tx.nativeUpdate(RootCertificate, { fingerprint }, { retiredAt: null })
  else await tx.insert(RootCertificate, { fingerprint, pem, kind: 'RECOVERY', createdAt: databaseTime() })
}

/**
 * Removes a recovery certificate from every workspace key. The certificate's key still opens older backups.
 *
 * @param given its fingerprint, or at least its first 8 characters.
 */
export function removeRecovery(command: KeyCommand, given: string): Promise<number> {
  return holdKeyLock(command.store, async () => {
    const fingerprint = await findRecovery(command, given)
    const keys = await loadKeys(command)
    await changeCertificates(command.store, async (tx) => {
      await tx.nativeUpdate(RootCertificate, { fingerprint, retiredAt: null }, { retiredAt: databaseTime() })
      await signCertificates(tx, keys.signer)
    })
    if (!(await align(command, keys))) return FAILED
    command.say(`${fingerprint} opens nothing in this database any more.`)
    const left = (await listRecipients(command.store.em())).filter((it) => it.kind === 'RECOVERY')
    if (left.length === 0)
      command.say('There is no recovery certificate now: a lost root key would lose everything.')
    return DONE
  })
}

async function findRecovery({ store }: KeyCommand, given: string): Promise<string> {
  const wanted = given.replaceAll(':', '').toLowerCase()
  const all = (await listCertificates(store.em())).filter((it) => it.kind === 'RECOVERY')
  const found = wanted.length < 8 ? [] : all.filter((it) => it.fingerprint.startsWith(wanted))
  const [only] = found
  if (only && found.length === 1) return only.fingerprint
  const known = all.filter((it) => it.retiredAt === null).map((it) => `\n  ${it.fingerprint}`)
  const which = known.length > 0 ? `There are:${known.join('')}` : 'There is none.'
  const what =
    found.length > 1 ? 'Several recovery certificates begin so.' : 'No recovery certificate begins so.'
  throw new AppError('NOT_FOUND', `${what} Give 8 characters or more of its fingerprint. ${which}`)
}

async function align(command: KeyCommand, { rootKey, signer }: HeldKeys): Promise<boolean> {
  const { changed, unreadable } = await alignEnvelopes(command, [rootKey], signer)
  command.say(`${changed} workspace keys were sealed anew.`)
  if (unreadable.length === 0) return true
  command.say(`${unreadable.length} are not readable and were left as they are:`)
  sayUnreadable(command, unreadable)
  return false
}
