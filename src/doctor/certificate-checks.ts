import { databaseTime } from '../database-time.ts'
import { EXPIRES_SOON } from '../domain/key-health.ts'
import type { RootCertificate } from '../store/entities/index.ts'
import { findRoots, listRecipients } from '../store/root-certificate.ts'
import { countKeysOfRetiredRoots, countKeysWithout } from '../store/workspace-key.ts'
import { readStoredCertificate } from '../vault/sealing.ts'
import { type Examination, type Finding, ok, warning } from './check.ts'

/** Expiry, a missing recovery certificate, and rotations that have not ended. */
export async function checkCertificates({ store }: Examination): Promise<Finding[]> {
  const rows = await listRecipients(store.em())
  return [
    ...rows.filter(({ kind }) => kind !== 'OLD_ROOT').map(checkExpiry),
    checkRecovery(rows),
    await checkRotation({ store }, rows),
  ]
}

function checkExpiry({ kind, pem }: RootCertificate): Finding {
  const { subject, fingerprint, notAfter } = readStoredCertificate(pem)
  const what = `${kind === 'RECOVERY' ? 'recovery' : 'root'} certificate ${fingerprint.slice(0, 12)}… (${subject})`
  const day = notAfter.toISOString().slice(0, 10)
  const left = notAfter.getTime() - databaseTime().getTime()
  const advice = kind === 'RECOVERY' ? 'add a new one and remove this one' : '`lockstep keys rotate-root`'
  const rest = `It still opens what is sealed for it. Replace it: ${advice}.`
  if (left < 0) return warning('certificates', `The ${what} expired on ${day}. ${rest}`)
  if (left < EXPIRES_SOON) return warning('certificates', `The ${what} expires on ${day}. ${rest}`)
  return ok('certificates', `The ${what} is valid until ${day}.`)
}

function checkRecovery(rows: readonly RootCertificate[]): Finding {
  const count = rows.filter((it) => it.kind === 'RECOVERY').length
  if (count > 0) return ok('recovery', `Certificates that a lost root key can be recovered with: ${count}.`)
  const advice = 'Make a key pair, keep it offline, and `lockstep keys add-recovery CERT.pem`.'
  return warning(
    'recovery',
    `There is no recovery certificate: a lost root key would lose every secret. ${advice}`,
  )
}

async function checkRotation(
  { store }: Pick<Examination, 'store'>,
  rows: readonly RootCertificate[],
): Promise<Finding> {
  const em = store.em()
  const { next, old } = await findRoots(em)
  if (next || old || (await countKeysOfRetiredRoots(em)) > 0) {
    const advice = 'Both keys are safe. Finish it: `lockstep keys rotate-root`.'
    return warning('rotation', `A rotation of the root key has not ended. ${advice}`)
  }
  for (const { fingerprint, kind } of rows) {
    const without = await countKeysWithout(em, fingerprint)
    if (without === 0) continue
    const advice =
      kind === 'RECOVERY' ? 'Run `lockstep keys add-recovery` with it again.' : 'See the unreadable ones.'
    return warning('rotation', `${without} workspace keys are not sealed for ${fingerprint}. ${advice}`)
  }
  return ok('rotation', 'Every workspace key is sealed for every certificate.')
}
