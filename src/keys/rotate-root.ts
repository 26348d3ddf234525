import { setTimeout as delay } from 'node:timers/promises'
import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { RootCertificate } from '../store/entities/index.ts'
import { holdKeyLock } from '../store/key-lock.ts'
import { changeCertificates, findRoots } from '../store/root-certificate.ts'
import type { Tx } from '../store/store.ts'
import { listWorkers } from '../store/workers.ts'
import { countKeysOfRetiredRoots, countKeysWithout } from '../store/workspace-key.ts'
import type { Signer } from '../vault/sealing.ts'
import { alignEnvelopes, sayUnreadable } from './align-envelopes.ts'
import {
  DONE,
  FAILED,
  type HeldKeys,
  type KeyCommand,
  loadKeys,
  rootsInUse,
  UNFINISHED,
} from './key-command.ts'
import { announceNextRoot, findNextKey, nextFile, prepareRootKey, putInPlace } from './new-root-key.ts'
import { handOver, vouchForNext } from './root-signers.ts'
import { signWorkspaceKeys } from './sign-keys.ts'

export interface RotateRootOptions {
  /**
   * The file of the new key, or where to make it. By default it is made beside the old one and then takes its
   * place.
   */
  to?: string
  /** Finish although workers that hold only the old key still run. */
  force?: boolean
  /** How many seconds to wait for workers to load the new key; 20 by default. */
  wait?: number
  /** Continue although the current root key does not open some workspace keys. They stay as they are. */
  leaveUnreadable?: boolean
}

// Longer than a worker takes to report a new key, in seconds.
const PATIENCE = 20
const LOOK_AGAIN_MS = 500

/**
 * Replaces the root key while workers run. The database and the disk show every step. So after an interruption at
 * any moment, the next call continues where the command stopped:
 *
 * 1. The new private key is on disk; its certificate becomes NEXT_ROOT, which the old key signs. From here on a
 *    new workspace is sealed for both (see holdCertificates).
 * 2. Every workspace key is sealed for both. Workers hold the old key, which opens everything.
 * 3. Once every workspace key is sealed for both, the new certificate becomes ROOT and the old one OLD_ROOT. Both
 *    open everything, and a worker may start with either.
 * 4. The new key file takes the place of the old one, which is kept beside it.
 * 5. When no running worker reports the old key any more, OLD_ROOT is retired, and the new key vouches for what
 *    the old one did (see handOver). A worker that still holds the old key (asleep, on another machine) reads its
 *    key file again at the next envelope. If it finds no new key there, it ends with code 78, and its runs wait
 *    for another worker.
 * 6. The new key signs every workspace key. The old recipient is removed from every workspace key, after the new
 *    key has opened it.
 *
 * @returns {@link DONE}, {@link FAILED} with a message that names the keys, or {@link UNFINISHED} when another
 * action is needed.
 */
export function rotateRoot(command: KeyCommand, options: RotateRootOptions): Promise<number> {
  return holdKeyLock(command.store, () => rotate(command, options))
}

async function rotate(command: KeyCommand, options: RotateRootOptions): Promise<number> {
  const { store, say } = command
  const { next, old } = await rootsInUse(store)
  if (!next && !old) {
    if ((await countKeysOfRetiredRoots(store.em())) > 0) {
      say('Finishing the rotation that was interrupted. For another one, run the command again.')
      return finish(command, await loadKeys(command))
    }
    const keys = await loadKeys(command)
    const prepared = await prepareRootKey(command, options.to)
    await announceNextRoot(command, prepared, (tx) => vouchForNext(tx, keys, prepared))
  } else await checkSameKey(command, options.to)
  if (!old && !(await addNextRoot(command, options))) return FAILED
  return replaceOldRoot(command, options)
}

/** Stops another key from being used in the rotation that is under way, and detects a lost one. */
async function checkSameKey(command: KeyCommand, to: string | undefined): Promise<void> {
  const { next, root } = await rootsInUse(command.store)
  const { fingerprint } = next ?? root
  command.say(`Going on with the rotation to the root key ${fingerprint}.`)
  const file = to ?? nextFile(command)
  const given =
    to === undefined ? await findNextKey(command) : (await prepareRootKey(command, to)).certificate
  // Once it is in force, the new key is read from the configured place.
  if (given?.fingerprint === fingerprint || (!next && to === undefined)) return
  throw new AppError(
    'CONFLICT',
    `A rotation to the root key ${fingerprint} is under way, and ${file} does not hold it. Name its file with --to, ` +
      'or take the rotation back with `lockstep keys rotate-root --cancel`.',
  )
}

/** Steps 2 and 3. @returns whether the new key is in force. */
async function addNextRoot(command: KeyCommand, { leaveUnreadable }: RotateRootOptions): Promise<boolean> {
  const { rootKey, signer } = await loadKeys(command)
  const { unreadable } = await alignEnvelopes(command, [rootKey], signer)
  sayUnreadable(command, unreadable)
  return publishNextRoot(command, leaveUnreadable === true, async (tx, root) => {
    await tx.nativeUpdate(RootCertificate, { fingerprint: root }, { kind: 'OLD_ROOT' })
  })
}

/**
 * Puts the new root certificate in force, unless a workspace key is not sealed for it.
 *
 * @param replace says what happens to the old one.
 */
export async function publishNextRoot(
  { store, say }: KeyCommand,
  leaveUnreadable: boolean,
  replace: (tx: Tx, root: string) => Promise<void>,
): Promise<boolean> {
  return changeCertificates(store, async (tx) => {
    const { root, next } = await findRoots(tx)
    if (!root || !next)
      throw new AppError('CONFLICT', 'The certificates were changed meanwhile. Run it again.')
    const without = await countKeysWithout(tx, next.fingerprint)
    if (without > 0 && !leaveUnreadable) {
      say(`${without} workspace keys could not be sealed for the new root key, which is not in force yet.`)
      say('Run the command again, or with --leave-unreadable if they are lost: they then stay as they are.')
      return false
    }
    await replace(tx, root.fingerprint)
    await tx.nativeUpdate(RootCertificate, { fingerprint: next.fingerprint }, { kind: 'ROOT' })
    say(`The root key ${next.fingerprint} is in force.`)
    return true
  })
}

/** Steps 4 to 6. */
async function replaceOldRoot(command: KeyCommand, options: RotateRootOptions): Promise<number> {
  const { store, say } = command
  const { root, old } = await rootsInUse(store)
  if (!old) throw new AppError('CONFLICT', 'The certificates were changed meanwhile. Run it again.')
  if (options.to === undefined) await tryToPutInPlace(command, root.fingerprint, old.fingerprint)
  const keys = await loadKeys(command)
  if (keys.rootKey.certificate.fingerprint !== root.fingerprint) {
    say(`The old root key is still the one in ${command.config.rootKeyFile}. Both keys open everything now:`)
    say('put the new one in its place on every machine that runs a worker (or name it in')
    say('LOCKSTEP_ROOT_KEY_FILE and start the worker again), and run `lockstep keys rotate-root` once more.')
    return UNFINISHED
  }
  const behind = options.force ? [] : await awaitWorkers(command, root.fingerprint, options.wait ?? PATIENCE)
  if (behind.length > 0) {
    say(`The old root key is still held by a worker on ${[...new Set(behind)].join(', ')}.`)
    say(`Put a copy of ${command.config.rootKeyFile} in its place there; a worker takes it up by itself.`)
    say('Then run `lockstep keys rotate-root` once more (--force retires the old key although).')
    return UNFINISHED
  }
  const leaveUnreadable = options.leaveUnreadable === true
  if (!(await retireOldRoot(command, root.fingerprint, keys.signer, leaveUnreadable))) return FAILED
  return finish(command, keys)
}

/**
 * The operator has to move a file that this process cannot move (a mount, another owner). Nothing is lost
 * meanwhile.
 */
async function tryToPutInPlace(command: KeyCommand, fingerprint: string, old: string): Promise<void> {
  try {
    await putInPlace(command, fingerprint, old)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    command.say(error.message)
  }
}

/** @returns the hosts of running workers that still do not hold the key after the wait. */
async function awaitWorkers(
  { store, stopping }: KeyCommand,
  fingerprint: string,
  seconds: number,
): Promise<string[]> {
  const until = performance.now() + seconds * 1000
  for (;;) {
    const workers = await listWorkers(store.em())
    const behind = workers.filter((it) => it.live && it.rootFingerprint !== fingerprint)
    if (behind.length === 0 || performance.now() > until) return behind.map((it) => it.host)
    await delay(LOOK_AGAIN_MS, undefined, { signal: stopping })
  }
}

async function retireOldRoot(
  { store, say }: KeyCommand,
  root: string,
  signer: Signer | undefined,
  leaveUnreadable: boolean,
): Promise<boolean> {
  return changeCertificates(store, async (tx) => {
    const without = await countKeysWithout(tx, root)
    if (without > 0 && !leaveUnreadable) {
      say(
        `${without} workspace keys are not sealed for the new root key; the old one stays. Run \`lockstep doctor\`.`,
      )
      return false
    }
    const where = { kind: 'OLD_ROOT' as const, retiredAt: null }
    await tx.nativeUpdate(RootCertificate, where, { retiredAt: databaseTime() })
    await handOver(tx, signer)
    return true
  })
}

/** Step 6. */
async function finish(command: KeyCommand, { rootKey, signer }: HeldKeys): Promise<number> {
  const { say } = command
  // A worker does this too, if this command is ended before.
  if (signer) await signWorkspaceKeys(command.store, rootKey, signer)
  const { unreadable } = await alignEnvelopes(command, [rootKey], signer)
  if (unreadable.length > 0) {
    say(`${unreadable.length} workspace keys are not readable and were left as they are:`)
    sayUnreadable(command, unreadable)
    return FAILED
  }
  say('The root key is rotated: the old one opens nothing in this database any more.')
  say(
    'Keep a copy of the new one. The old one, kept beside it as a file that ends in .old unless it was elsewhere,',
  )
  say('still opens backups that were made before: delete it when they are gone.')
  return DONE
}
