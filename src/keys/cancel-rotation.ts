import { rm } from 'node:fs/promises'
import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { RootCertificate } from '../store/entities/index.ts'
import { holdKeyLock } from '../store/key-lock.ts'
import { changeCertificates, findRoots } from '../store/root-certificate.ts'
import type { Tx } from '../store/store.ts'
import { listWorkers } from '../store/workers.ts'
import { countKeysOfRetiredRoots, countKeysWithout } from '../store/workspace-key.ts'
import { alignEnvelopes, sayUnreadable } from './align-envelopes.ts'
import { DONE, FAILED, type KeyCommand, loadKeys, rootsInUse } from './key-command.ts'
import { findNextKey, nextFile } from './new-root-key.ts'
import { takeBack } from './root-signers.ts'

/**
 * Takes back a rotation that has not ended, using the old key, which still opens everything. It helps when the new
 * key was lost on its way.
 *
 * @param force although workers run that hold only the new key.
 */
export function cancelRotation(command: KeyCommand, force: boolean): Promise<number> {
  return holdKeyLock(command.store, async () => {
    const { next, old, root } = await rootsInUse(command.store)
    if (!next && !old && (await countKeysOfRetiredRoots(command.store.em())) === 0) {
      throw new AppError('CONFLICT', 'No rotation is under way: there is nothing to take back.')
    }
    const { rootKey, signer } = await loadKeys(command)
    const { fingerprint } = rootKey.certificate
    if (fingerprint !== (old ?? root).fingerprint) {
      throw new AppError(
        'CONFLICT',
        'The root key in place is the new one already. Finish the rotation, then rotate again.',
      )
    }
    if (old && !force) await refuseWhileHeld(command, root.fingerprint)
    await changeCertificates(command.store, async (tx) => {
      await keepRoot(tx, fingerprint)
      await takeBack(tx, signer)
    })
    const { unreadable } = await alignEnvelopes(command, [rootKey], signer)
    sayUnreadable(command, unreadable)
    const made = await findNextKey(command)
    if (made && made.fingerprint === next?.fingerprint) await rm(nextFile(command))
    command.say(`The rotation is taken back: the root key is ${fingerprint}.`)
    return unreadable.length > 0 ? FAILED : DONE
  })
}

async function refuseWhileHeld({ store }: KeyCommand, fingerprint: string): Promise<void> {
  const holders = (await listWorkers(store.em())).filter(
    (it) => it.live && it.rootFingerprint === fingerprint,
  )
  if (holders.length === 0) return
  const hosts = [...new Set(holders.map((it) => it.host))].join(', ')
  const advice = 'Stop it, put the old root key in its place and start it again.'
  throw new AppError('CONFLICT', `A worker on ${hosts} holds the new root key already. ${advice}`)
}

async function keepRoot(tx: Tx, fingerprint: string): Promise<void> {
  const { root } = await findRoots(tx)
  if ((await countKeysWithout(tx, fingerprint)) > 0) {
    throw new AppError(
      'CONFLICT',
      'Some workspace keys are not sealed for the old root key. Run `lockstep doctor`.',
    )
  }
  const others = { kind: { $ne: 'RECOVERY' as const }, retiredAt: null, fingerprint: { $ne: fingerprint } }
  if (root && root.fingerprint !== fingerprint)
    await tx.nativeUpdate(RootCertificate, { fingerprint: root.fingerprint }, { kind: 'OLD_ROOT' })
  await tx.nativeUpdate(RootCertificate, others, { retiredAt: databaseTime() })
  await tx.nativeUpdate(RootCertificate, { fingerprint }, { kind: 'ROOT' })
}
