import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Config } from '../config.ts'
import type { KeyCheck } from '../domain/workspace-keys.ts'
import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import { findRootCertificate } from '../store/root-certificate.ts'
import type { Store } from '../store/store.ts'
import { pruneWorkers, REPORT_MS, removeWorker, reportWorker } from '../store/workers.ts'
import type { RootKey } from '../vault/opening.ts'
import type { Signer } from '../vault/sealing.ts'
import { openRootKey } from './root-key.ts'
import { createKeyCheck } from './signing.ts'
import { createVouching } from './vouching.ts'

interface KeeperParts {
  store: Store
  config: Config
  log: Logger
  /** How far the clock of this machine is ahead of the database's; 0 unless told. */
  skewSeconds?: () => number
}

/** Keeps a worker's root key current through rotations. */
export interface RootKeyKeeper {
  /** The key that is in force. It is read again from its place when the loaded one is no longer in force. */
  renew(): Promise<RootKey>
  /** The fingerprint of the key in hand. */
  readonly fingerprint: string
  /** The key that vouches for others; undefined if nothing can sign. */
  signer(): Signer | undefined
  /** Whether a workspace's key is vouched for. */
  readonly isVouched: KeyCheck
  /** Rejects with KEY_MISMATCH when the loaded key was retired and no other is in its place. */
  readonly lost: Promise<never>
  stop(): Promise<void>
}

/**
 * Reports every few seconds which root key this worker holds, and loads the new one after a rotation.
 *
 * The report comes first and the look at the database second. A rotation that retires a key checks the reports
 * under a lock, so either it sees this worker or this worker sees it.
 *
 * With each report it vouches for the keys of new workspaces.
 */
export async function keepRootKey(parts: KeeperParts, rootKey: RootKey): Promise<RootKeyKeeper> {
  const { store, log } = parts
  const worker = { id: randomUUID(), host: hostname() }
  const loss = Promise.withResolvers<never>()
  // A caller that ignores `lost` must not cause an unhandled rejection.
  loss.promise.catch(() => undefined)
  let current = rootKey
  let renewal: Promise<RootKey> | undefined
  let failing = false
  const vouching = createVouching(parts)

  const report = () =>
    reportWorker(store, {
      ...worker,
      rootFingerprint: current.certificate.fingerprint,
      skewSeconds: parts.skewSeconds?.() ?? 0,
    })
  const renewOnce = async (): Promise<RootKey> => {
    const { fingerprint: held } = current.certificate
    if ((await findRootCertificate(store)) === held) return current
    const found = await openRootKey(store, parts.config, log)
    if (found.certificate.fingerprint === held) return current
    current = found
    log.info({ was: held, fingerprint: found.certificate.fingerprint }, 'took up the new root key')
    await report()
    return current
  }
  // Values of one step that are opened at the same time share one reading.
  const renew = () => {
    renewal ??= renewOnce().finally(() => {
      renewal = undefined
    })
    return renewal
  }
  const beat = async () => {
    try {
      await report()
      await renew()
      await vouching.vouch(current)
      failing = false
    } catch (error) {
      if (error instanceof AppError && (await isRetired(store, current)))
        return loss.reject(asMismatch(error))
      if (!failing) log.warn({ err: error }, 'the worker cannot report its root key; trying again')
      failing = true
    }
  }

  await pruneWorkers(store)
  await report()
  await renew()
  await vouching.vouch(current)
  let last = Promise.resolve()
  const timer = setInterval(() => {
    last = last.then(beat)
  }, REPORT_MS)
  return {
    renew: () => renew().catch(() => current),
    get fingerprint() {
      return current.certificate.fingerprint
    },
    signer: () => vouching.signer(),
    isVouched: createKeyCheck(store, () => vouching.signer()),
    lost: loss.promise,
    stop: async () => {
      clearInterval(timer)
      await last
      await removeWorker(store, worker.id).catch((err: unknown) =>
        log.warn({ err }, 'the list of workers keeps this one for a while'),
      )
    },
  }
}

async function isRetired(store: Store, { certificate: { fingerprint } }: RootKey): Promise<boolean> {
  return (await findRootCertificate(store, fingerprint).catch(() => fingerprint)) !== fingerprint
}

/** A worker without a key that opens anything has to end and say so, whatever is wrong with its key file. */
function asMismatch(error: AppError): AppError {
  if (error.code === 'KEY_MISMATCH') return error
  const what = 'The root key was rotated, and the new one is not in its place.'
  return new AppError('KEY_MISMATCH', `${what} ${error.message}`)
}
