import { databaseTime } from '../database-time.ts'
import { RootCertificate } from '../store/entities/index.ts'
import type { Em } from '../store/store.ts'
import { type Certificate, readStoredCertificate } from '../vault/sealing.ts'

/** Whether the secrets of this instance would survive the loss of its root key. */
export interface KeyHealth {
  recoveryCertificates: number
  /** Null before the first worker has made the root key. */
  rootCertificateExpiresAt: Date | null
  /** Whole sentences that say what to do. An empty list means that all is well. */
  warnings: string[]
}

/**
 * How long before a certificate's expiry the web app and `lockstep doctor` warn, in milliseconds. It is time
 * enough to rotate, or to order a new certificate.
 */
export const EXPIRES_SOON = 60 * 24 * 60 * 60 * 1000

export async function readKeyHealth(em: Em, now = databaseTime()): Promise<KeyHealth> {
  const rows = await em.find(RootCertificate, { retiredAt: null }, { orderBy: { createdAt: 'asc' } })
  const of = (kind: RootCertificate['kind']) =>
    rows.filter((row) => row.kind === kind).map(({ pem }) => readStoredCertificate(pem))
  const root = of('ROOT').at(-1)
  const recovery = of('RECOVERY')
  const warnings = [
    ...(root ? rootWarnings(root, now) : [NO_ROOT]),
    ...(recovery.length === 0 ? [NO_RECOVERY] : recovery.flatMap((it) => recoveryWarnings(it, now))),
  ]
  const rootCertificateExpiresAt = root?.notAfter ?? null
  return { recoveryCertificates: recovery.length, rootCertificateExpiresAt, warnings }
}

const NO_ROOT = 'There is no root key yet: no workspace can be made. Start a worker, which makes it.'

const NO_RECOVERY =
  'There is no recovery certificate: if the root key is lost, no secret can ever be opened again. ' +
  'The operator adds one with `lockstep keys add-recovery CERT.pem` and keeps its private key offline.'

function rootWarnings(certificate: Certificate, now: Date): string[] {
  const when = expiry(certificate, now)
  if (when === undefined) return []
  const advice = 'The operator replaces it with `lockstep keys rotate-root`.'
  return [`The root certificate ${when}. It still opens all secrets. ${advice}`]
}

function recoveryWarnings(certificate: Certificate, now: Date): string[] {
  const when = expiry(certificate, now)
  if (when === undefined) return []
  const name = certificate.fingerprint.slice(0, 16)
  const advice = 'The operator adds a new one with `lockstep keys add-recovery CERT.pem`.'
  return [`The recovery certificate ${name}… ${when}. Its key still opens all secrets. ${advice}`]
}

function expiry({ notAfter }: Certificate, now: Date): string | undefined {
  const day = notAfter.toISOString().slice(0, 10)
  if (notAfter <= now) return `expired on ${day}`
  return notAfter.getTime() - now.getTime() < EXPIRES_SOON ? `expires on ${day}` : undefined
}
