import { databaseTime } from '../database-time.ts'
import { RootCertificate } from './entities/index.ts'
import { CERTIFICATE_LOCK } from './locks.ts'
import type { Em, Store, Tx } from './store.ts'

/**
 * The fingerprint of the root key that this database belongs to; `undefined` before the first worker.
 *
 * @param held of a key in hand: it is the answer too while that key is being replaced and still opens everything.
 */
export async function findRootCertificate(store: Store, held?: string): Promise<string | undefined> {
  const roots = await findRoots(store.em())
  return held !== undefined && roots.old?.fingerprint === held ? held : roots.root?.fingerprint
}

/** The root certificates that are in use: `next` and `old` only while the root key is rotated. */
export interface Roots {
  root: RootCertificate | undefined
  next: RootCertificate | undefined
  old: RootCertificate | undefined
}

export async function findRoots(em: Em): Promise<Roots> {
  const rows = await em.find(RootCertificate, { retiredAt: null })
  const of = (kind: RootCertificate['kind']) => rows.find((it) => it.kind === kind)
  return { root: of('ROOT'), next: of('NEXT_ROOT'), old: of('OLD_ROOT') }
}

/** All certificates that there ever were, the oldest first. */
export function listCertificates(em: Em): Promise<RootCertificate[]> {
  return em.find(RootCertificate, {}, { orderBy: { createdAt: 'asc', fingerprint: 'asc' } })
}

/** Those that every workspace key is, or is being, sealed for. */
export function listRecipients(em: Em): Promise<RootCertificate[]> {
  return em.find(RootCertificate, { retiredAt: null }, { orderBy: { createdAt: 'asc', fingerprint: 'asc' } })
}

/** The root certificate of this database; `undefined` before the first worker. */
export async function readRootCertificate(
  store: Store,
): Promise<Pick<RootCertificate, 'pem' | 'fingerprint'> | undefined> {
  return (await store.em().findOne(RootCertificate, { kind: 'ROOT', retiredAt: null })) ?? undefined
}

/** Stores the first root certificate. @returns the fingerprint of the one that the database has now. */
export async function storeRootCertificate(
  store: Store,
  certificate: Pick<RootCertificate, 'pem' | 'fingerprint'>,
): Promise<string> {
  return changeCertificates(store, async (tx) => {
    const existing = (await findRoots(tx)).root?.fingerprint
    if (existing) return existing
    await tx.insert(RootCertificate, { ...certificate, kind: 'ROOT', createdAt: databaseTime() })
    return certificate.fingerprint
  })
}

/**
 * Changes the set of certificates. It waits until every workspace that is being created is either there, to be
 * found and sealed for the new set, or has not read the set yet: see {@link holdCertificates}.
 */
export async function changeCertificates<T>(store: Store, work: (tx: Tx) => Promise<T>): Promise<T> {
  return store.inTransaction(async (tx) => {
    await tx.execute('select pg_advisory_xact_lock(?)', [CERTIFICATE_LOCK])
    return work(tx)
  })
}

/** Keeps the set of certificates as it is until the transaction ends, in which a key is sealed for all of them. */
export async function holdCertificates(tx: Tx): Promise<void> {
  await tx.execute('select pg_advisory_xact_lock_shared(?)', [CERTIFICATE_LOCK])
}
