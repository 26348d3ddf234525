import { access } from 'node:fs/promises'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import { findRootCertificate, storeRootCertificate } from '../store/root-certificate.ts'
import type { Store } from '../store/store.ts'
import { assertFingerprint, loadOrCreateRootKey, loadRootKey, type RootKey } from '../vault/opening.ts'

/**
 * The worker's root key. It is made only when the database has never seen one: a database that has a root
 * certificate and a worker without its key means a lost key, which a new one would not bring back.
 *
 * @throws AppError KEY_MISMATCH before anything is written; INVALID_CONFIG for a file that is not there or cannot
 *   be read.
 */
export async function openRootKey(store: Store, config: Config, log: Logger): Promise<RootKey> {
  const { rootKeyFile: file, rootKeyPassphrase: passphrase } = config
  const stored = await findRootCertificate(store)
  if (stored) {
    await refuseMissing(file, stored)
    const rootKey = await loadRootKey(file, passphrase)
    assertFingerprint(rootKey.certificate, stored, file)
    return rootKey
  }
  const { rootKey, created } = await loadOrCreateRootKey(file, passphrase)
  const { pem, fingerprint } = rootKey.certificate
  // Of two workers that start at once on two machines, one is the first; the other's key is not the database's.
  assertFingerprint(rootKey.certificate, await storeRootCertificate(store, { pem, fingerprint }), file)
  if (created)
    log.warn({ file, fingerprint }, 'made a root key: keep a copy of this file, without it no secret opens')
  return rootKey
}

async function refuseMissing(file: string, stored: string): Promise<void> {
  const missing = await access(file).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  )
  if (!missing) return
  throw new AppError(
    'INVALID_CONFIG',
    [
      `There is no root key at ${file}, and this database has one. No new key was made: it would open nothing.`,
      `  in the database: ${stored}`,
      'Put its file back, from a backup or from another worker (LOCKSTEP_ROOT_KEY_FILE may name another place).',
      'If it is lost: `lockstep keys recover --key FILE`, with the key of a recovery certificate.',
    ].join('\n'),
  )
}
