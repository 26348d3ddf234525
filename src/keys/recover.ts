import { access } from 'node:fs/promises'
import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { RootCertificate } from '../store/entities/index.ts'
import { holdKeyLock } from '../store/key-lock.ts'
import { listCertificates } from '../store/root-certificate.ts'
import { listWorkers } from '../store/workers.ts'
import { countKeysOfRetiredRoots } from '../store/workspace-key.ts'
import { loadRootKey, type RootKey } from '../vault/opening.ts'
import { alignEnvelopes, sayUnreadable } from './align-envelopes.ts'
import { DONE, FAILED, type HeldKeys, type KeyCommand, loadKeys, rootsInUse } from './key-command.ts'
import { announceNextRoot, findNextKey, prepareRootKey, putInPlace } from './new-root-key.ts'
import { loadRecoveryKey, readGivenPassphrase } from './recovery-key.ts'
import { readPassphrase } from './root-key.ts'
import { vouchAfterLoss } from './root-signers.ts'
import { publishNextRoot } from './rotate-root.ts'
import { signWorkspaceKeys } from './sign-keys.ts'
import { openSigner, signCertificates } from './signing.ts'

export interface RecoverOptions {
  /** The file of the private key for a recovery certificate. */
  key: string
  passphraseFile?: string
  leaveUnreadable?: boolean
}

/**
 * Gives a database whose root key is lost a new one, with the key of a recovery certificate. It is a rotation (see
 * rotateRoot) in which the recovery key opens, and the lost root key is retired at once. After an interruption at
 * any moment, the next call continues where it stopped.
 *
 * @throws AppError CONFLICT when a root key that works is in place or in a running worker; INVALID_CONFIG when the
 * root key is not in a file.
 */
export async function recover(command: KeyCommand, options: RecoverOptions): Promise<number> {
  refuseOtherPlaces(command)
  const passphrase =
    options.passphraseFile === undefined ? undefined : await readGivenPassphrase(options.passphraseFile)
  return holdKeyLock(command.store, async () => {
    const { root } = await rootsInUse(command.store)
    const certificates = await listCertificates(command.store.em())
    const recoveryKey = await loadRecoveryKey(options.key, passphrase, certificates)
    if (await isInPlace(command)) return takeOldRootOut(command, recoveryKey)
    await refuseWhileHeld(command)
    // After an interruption between the last two steps, the new key is in force but not yet in its place.
    if ((await findNextKey(command))?.fingerprint !== root.fingerprint) {
      const next = await prepareRootKey(command, undefined)
      await announceNextRoot(command, next, (tx) => vouchAfterLoss(tx, command, next))
      const signer = next.rootKey && (await openSigner(command.config, next.rootKey))
      if (!(await sealForNextRoot(command, { rootKey: recoveryKey, signer }, options))) return FAILED
    }
    const { fingerprint } = (await rootsInUse(command.store)).root
    await putInPlace(command, fingerprint, root.fingerprint)
    return takeOldRootOut(command, recoveryKey)
  })
}

/** The new key is a file. If another place is configured, workers would not read the file afterwards. */
function refuseOtherPlaces({ config: { rootKey, rootKeyUri } }: KeyCommand): void {
  if (!rootKey && rootKeyUri === undefined) return
  const name = rootKey ? 'LOCKSTEP_ROOT_KEY' : 'LOCKSTEP_ROOT_KEY_URI'
  throw new AppError(
    'INVALID_CONFIG',
    `${name} is set, and a recovery makes the new root key as a file. Take ${name} away from this command and from the ` +
      'workers; `lockstep keys rotate-root` moves the key elsewhere afterwards.',
  )
}

/**
 * Whether the root key of this database is in its place because an interrupted recovery put it there.
 *
 * @throws AppError CONFLICT when it works and there is nothing to recover; INVALID_CONFIG when another file is
 * there.
 */
async function isInPlace(command: KeyCommand): Promise<boolean> {
  const { rootKeyFile: file } = command.config
  const missing = await access(file).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  )
  if (missing) return false
  const { root, old } = await rootsInUse(command.store)
  const found = await loadRootKey(file, await readPassphrase(command.config)).catch(() => undefined)
  const fingerprint = found?.certificate.fingerprint
  if (fingerprint === undefined || (fingerprint !== root.fingerprint && fingerprint !== old?.fingerprint)) {
    const what = fingerprint
      ? `the key ${fingerprint}, which is not this database's`
      : 'something that does not open'
    throw new AppError('INVALID_CONFIG', `${file} holds ${what}. Move it away: the new root key goes there.`)
  }
  if ((await countKeysOfRetiredRoots(command.store.em())) > 0) return true
  throw new AppError(
    'CONFLICT',
    `The root key in ${file} is the one of this database: there is nothing to recover. To replace it, use ` +
      '`lockstep keys rotate-root`; to see whether it opens everything, `lockstep doctor`.',
  )
}

async function refuseWhileHeld({ store, config }: KeyCommand): Promise<void> {
  const holders = (await listWorkers(store.em())).filter((it) => it.live)
  if (holders.length === 0) return
  const hosts = [...new Set(holders.map((it) => it.host))].join(', ')
  throw new AppError(
    'CONFLICT',
    `A worker that runs on ${hosts} holds the root key, so it is not lost: copy its key file to ` +
      `${config.rootKeyFile}. If that worker has just ended, try again in half a minute.`,
  )
}

async function sealForNextRoot(
  command: KeyCommand,
  { rootKey: recoveryKey, signer }: HeldKeys,
  { leaveUnreadable }: RecoverOptions,
): Promise<boolean> {
  const { unreadable } = await alignEnvelopes(command, [recoveryKey], signer)
  sayUnreadable(command, unreadable)
  return publishNextRoot(command, leaveUnreadable === true, async (tx) => {
    const lost = { kind: { $in: ['ROOT' as const, 'OLD_ROOT' as const] }, retiredAt: null }
    await tx.nativeUpdate(RootCertificate, lost, { kind: 'OLD_ROOT', retiredAt: databaseTime() })
    await signCertificates(tx, signer)
  })
}

async function takeOldRootOut(command: KeyCommand, recoveryKey: RootKey): Promise<number> {
  const { say, config } = command
  const { rootKey, signer } = await loadKeys(command)
  if (signer) await signWorkspaceKeys(command.store, rootKey, signer)
  await alignEnvelopes(command, [rootKey, recoveryKey], signer)
  // The key that opened an envelope stays in it. An old root key is removed once the new one opens it.
  const { unreadable } = await alignEnvelopes(command, [rootKey], signer)
  if (unreadable.length > 0) {
    say(`${unreadable.length} workspace keys were not readable and were left as they are:`)
    sayUnreadable(command, unreadable)
    return FAILED
  }
  say(`Recovered: ${config.rootKeyFile} opens every workspace key, the lost root key none.`)
  say(
    'Keep a copy of it, put it on every machine that runs a worker, and start them. `lockstep doctor` checks all.',
  )
  return DONE
}
