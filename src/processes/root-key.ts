import type { Config } from '../config.ts'
import type { Logger } from '../log.ts'
import { findRootCertificate, storeRootCertificate } from '../store/root-certificate.ts'
import type { Store } from '../store/store.ts'
import { assertFingerprint, loadOrCreateRootKey, loadRootKey, type RootKey } from '../vault/opening.ts'

/**
 * The worker's root key. It is made only when the database has never seen one: a database that has a root
 * certificate and a worker without its key means a lost key, which a new one would not bring back.
 *
 * @throws AppError KEY_MISMATCH before anything is written; INVALID_CONFIG for a file that cannot be read.
 */
export async function openRootKey(store: Store, config: Config, log: Logger): Promise<RootKey> {
  const { rootKeyFile: file, rootKeyPassphrase: passphrase } = config
  const stored = await findRootCertificate(store)
  if (stored) {
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
