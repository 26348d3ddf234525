import { RootCertificate } from './entities/index.ts'
import type { Em, Store } from './store.ts'

/** The fingerprint of the root key that this database belongs to; `undefined` before the first worker. */
export async function findRootCertificate(store: Store): Promise<string | undefined> {
  return find(store.em())
}

const find = async (em: Em): Promise<string | undefined> =>
  (await em.findOne(RootCertificate, { kind: 'ROOT', retiredAt: null }))?.fingerprint

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
  return store.inTransaction(async (tx) => {
    await tx.execute('lock table root_certificate in share row exclusive mode')
    const existing = await find(tx)
    if (existing) return existing
    await tx.insert(RootCertificate, { ...certificate, kind: 'ROOT', createdAt: new Date() })
    return certificate.fingerprint
  })
}
