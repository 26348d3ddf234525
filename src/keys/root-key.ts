import { access } from 'node:fs/promises'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { Sensitive } from '../sensitive.ts'
import {
  findRootCertificate,
  findRoots,
  readRootCertificate,
  storeRootCertificate,
} from '../store/root-certificate.ts'
import type { Store } from '../store/store.ts'
import {
  assertFingerprint,
  loadOrCreateRootKey,
  loadRootKey,
  openRootKeyUri,
  type RootKey,
  readPassphraseFile,
  readRootKeyVariable,
} from '../vault/opening.ts'

/**
 * The worker's root key. It is made only when the database has never seen one. If the database has a root
 * certificate and the worker lacks its key, the key is lost, and a new one would not bring it back.
 *
 * @throws AppError KEY_MISMATCH before anything is written; INVALID_CONFIG for a key that is missing or cannot be
 * read; ROOT_KEY_UNAVAILABLE when the place that holds it cannot be reached now.
 */
export async function openRootKey(store: Store, config: Config, log: Logger): Promise<RootKey> {
  const stored = await findRootCertificate(store)
  if (stored) return loadConfiguredRootKey(store, config)
  const place = rootKeyPlace(config)
  const { rootKey, created } = await loadFirstRootKey(store, config)
  const { pem, fingerprint } = rootKey.certificate
  const winner = await storeRootCertificate(store, { pem, fingerprint })
  // If two workers start at once, one of them is first. A key that is held elsewhere then uses the other worker's
  // certificate, if it is for the same key. Any other key does not belong to the database.
  if (winner !== fingerprint) return loadConfiguredRootKey(store, config)
  if (created)
    log.warn(
      { file: place, fingerprint },
      'made a root key: keep a copy of this file, without it no secret opens',
    )
  return rootKey
}

/** The configured place of the root key, as messages call it, without anything secret. */
export function rootKeyPlace({ rootKey, rootKeyUri, rootKeyFile }: Config): string {
  if (rootKey) return 'LOCKSTEP_ROOT_KEY'
  return rootKeyUri?.replace(/\?.*/s, '') ?? rootKeyFile
}

/**
 * The configured root key, which must belong to the database. Nothing is written.
 *
 * @throws AppError KEY_MISMATCH, INVALID_CONFIG, ROOT_KEY_UNAVAILABLE
 */
export async function loadConfiguredRootKey(store: Store, config: Config): Promise<RootKey> {
  const stored = await readRootCertificate(store)
  if (stored && !config.rootKey && config.rootKeyUri === undefined) {
    await refuseMissing(config.rootKeyFile, stored.fingerprint)
  }
  const rootKey = await loadFromPlace(config, stored?.pem)
  const { fingerprint: held } = rootKey.certificate
  if (!stored || held === stored.fingerprint) return rootKey
  // While the root key is rotated, the old one opens everything too. If it is in a token, it may need its own
  // certificate.
  const { old } = await findRoots(store.em())
  const again = old && held !== old.fingerprint ? await loadFromPlace(config, old.pem) : rootKey
  if (old && again.certificate.fingerprint === old.fingerprint) return again
  assertFingerprint(rootKey.certificate, stored.fingerprint, rootKeyPlace(config))
  return rootKey
}

async function loadFromPlace(config: Config, known: string | undefined): Promise<RootKey> {
  return (
    (await loadElsewhere(config, known)) ??
    (await loadRootKey(config.rootKeyFile, await readPassphrase(config)))
  )
}

async function loadFirstRootKey(
  store: Store,
  config: Config,
): Promise<{ rootKey: RootKey; created: boolean }> {
  const rootKey = await loadElsewhere(config, (await readRootCertificate(store))?.pem)
  if (rootKey) return { rootKey, created: false }
  return loadOrCreateRootKey(config.rootKeyFile, await readPassphrase(config))
}

/** The root key from any place but a file; undefined when none is configured. */
async function loadElsewhere(config: Config, known: string | undefined): Promise<RootKey | undefined> {
  const { rootKey, rootKeyUri } = config
  if (rootKey) return readRootKeyVariable('LOCKSTEP_ROOT_KEY', rootKey, await readPassphrase(config))
  if (rootKeyUri === undefined) return undefined
  return openRootKeyUri(rootKeyUri, await readPassphrase(config), known)
}

/** The passphrase of the configured root key, or the PIN of its token. */
export async function readPassphrase(config: Config): Promise<Sensitive | undefined> {
  const { rootKeyPassphrase, rootKeyPassphraseFile: file } = config
  return file === undefined ? rootKeyPassphrase : readPassphraseFile(file)
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
