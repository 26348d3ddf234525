import type { GaugeSources } from '../metrics/gauges.ts'
import type { Health } from '../server/health.ts'
import type { PoolUse } from '../store/pool.ts'
import { readQueueLoad } from '../store/queue-load.ts'
import { listRecipients } from '../store/root-certificate.ts'
import type { Store } from '../store/store.ts'
import { readStoredCertificate } from '../vault/sealing.ts'

export interface SourceParts {
  store: Store
  check(): Promise<Health>
  /** Those besides the store's, as far as they are open. */
  pools(): Readonly<Record<string, PoolUse | undefined>>
  /** When the first client certificate expires that steps have used. */
  clientExpiry?(): Date | undefined
}

/** What the gauges of a process read, each from its place. */
export function gaugeSources({ store, check, pools, clientExpiry }: SourceParts): GaugeSources {
  return {
    ready: async () => (await check()).ready,
    queue: () => readQueueLoad(store.em()),
    pools() {
      const all = { store: store.poolUse(), ...pools() }
      return Object.fromEntries(Object.entries(all).flatMap(([name, use]) => (use ? [[name, use]] : [])))
    },
    async certificates() {
      const rows = await listRecipients(store.em())
      const first = (kinds: readonly string[]) =>
        earliest(
          rows
            .filter(({ kind }) => kinds.includes(kind))
            .map(({ pem }) => readStoredCertificate(pem).notAfter),
        )
      const found = {
        root: first(['ROOT', 'NEXT_ROOT']),
        recovery: first(['RECOVERY']),
        client: clientExpiry?.(),
      }
      return Object.fromEntries(Object.entries(found).flatMap(([name, at]) => (at ? [[name, at]] : [])))
    },
  }
}

const earliest = (dates: readonly Date[]): Date | undefined => [...dates].sort((a, b) => +a - +b)[0]
