import type { Config } from '../config.ts'
import type { Actor } from '../domain/audit.ts'
import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import { findRoots, type Roots } from '../store/root-certificate.ts'
import type { Store } from '../store/store.ts'
import type { RootKey } from '../vault/opening.ts'
import type { Signer } from '../vault/sealing.ts'
import { openRootKey } from './root-key.ts'
import { openSigner, takeUpSigning } from './signing.ts'

/** Shows the progress of a long task, and about how long it will still take. */
export interface Progress {
  advance(count: number): void
  stop(): void
}

/** What every key command works with. */
export interface KeyCommand {
  store: Store
  config: Config
  log: Logger
  /** The author in the audit log. */
  actor: Actor
  /** Writes a line for the operator. */
  say(line: string): void
  progress(what: string, total: number): Progress
  /** Aborts when the operator ends the command, which loses nothing. */
  stopping: AbortSignal
}

/** Exit codes of commands (sysexits.h). */
export const DONE = 0
export const FAILED = 1
/** The command has done its part. Another action is needed before it can continue. */
export const UNFINISHED = 75

/** @throws AppError NOT_FOUND when no worker has ever made a root key for this database. */
export async function rootsInUse(store: Store): Promise<Roots & { root: NonNullable<Roots['root']> }> {
  const { root, ...others } = await findRoots(store.em())
  if (root) return { root, ...others }
  throw new AppError(
    'NOT_FOUND',
    'This database has no root certificate yet: the first worker that starts makes one. If it should have one, ' +
      'check DATABASE_URL and LOCKSTEP_DATA.',
  )
}

/** The configured root key. @throws AppError KEY_MISMATCH, INVALID_CONFIG */
async function loadConfiguredKey({ store, config, log }: KeyCommand): Promise<RootKey> {
  await rootsInUse(store)
  return openRootKey(store, config, log)
}

/** The keys that a command works with. */
export interface HeldKeys {
  rootKey: RootKey
  /** Vouches for keys; undefined if nothing can sign. */
  signer: Signer | undefined
}

/**
 * The configured keys. If necessary, the signing key is first put in force.
 *
 * @throws AppError KEY_MISMATCH, INVALID_CONFIG
 */
export async function loadKeys(command: KeyCommand): Promise<HeldKeys> {
  const rootKey = await loadConfiguredKey(command)
  const signer = await openSigner(command.config, rootKey)
  if (signer) await takeUpSigning(command, rootKey, signer)
  return { rootKey, signer }
}
