import { databaseTime } from '../database-time.ts'
import { listVouchedRecipients } from '../domain/recipients.ts'
import { RootCertificate, Workspace, WorkspaceKey } from '../store/entities/index.ts'
import { listRecipients } from '../store/root-certificate.ts'
import { findSigner } from '../store/signers.ts'
import type { Em } from '../store/store.ts'
import { listWorkers } from '../store/workers.ts'
import { countKeysByRecipient } from '../store/workspace-key.ts'
import { readStoredCertificate } from '../vault/sealing.ts'
import { DONE, type KeyCommand } from './key-command.ts'

const meanings: Record<RootCertificate['kind'], string> = {
  ROOT: 'root key',
  NEXT_ROOT: 'next root key (rotation under way)',
  OLD_ROOT: 'old root key (rotation under way)',
  RECOVERY: 'recovery certificate',
}

/** Prints which keys there are. It needs no private key. */
export async function listKeys({ store, say }: KeyCommand): Promise<number> {
  const em = store.em()
  const [total, counts] = [await em.count(WorkspaceKey), await countKeysByRecipient(em)]
  for (const { fingerprint, kind, pem } of await listRecipients(em)) {
    const { subject, notAfter } = readStoredCertificate(pem)
    const expired = notAfter < databaseTime() ? ', expired' : ''
    say(`${meanings[kind]}: ${subject}`)
    say(`  fingerprint ${fingerprint}`)
    say(`  until ${notAfter.toISOString().slice(0, 10)}${expired}`)
    say(`  opens ${counts.get(fingerprint) ?? 0} of ${total} workspace keys`)
  }
  await sayWhoVouches(em, say)
  const retired = await em.count(RootCertificate, { retiredAt: { $ne: null } })
  if (retired > 0) say(`retired certificates: ${retired}`)
  const oldKeys = await em.count(WorkspaceKey, { retiredAt: { $ne: null } })
  say(`workspaces: ${await em.count(Workspace)}, their keys: ${total}, of which replaced: ${oldKeys}`)
  for (const { host, rootFingerprint, live } of await listWorkers(em)) {
    if (live) say(`worker on ${host} holds ${rootFingerprint}`)
  }
  return DONE
}

async function sayWhoVouches(em: Em, say: KeyCommand['say']): Promise<void> {
  const signer = await findSigner(em)
  if (!signer) return say('Nothing vouches for these certificates and keys yet: a worker that can sign does.')
  const { vouched, strange } = await listVouchedRecipients(em)
  say(`vouched for by ${signer.fingerprint}: ${vouched.length} certificates`)
  for (const { certificate } of strange) say(`  not ${certificate.fingerprint}, which gets no key`)
  const unsigned = await em.count(WorkspaceKey, { retiredAt: null, signature: null })
  if (unsigned > 0) say(`  not ${unsigned} workspace keys`)
}
