import { inject, onTestFinished } from 'vitest'
import { signCheckpoints } from '../../src/audit/checkpoints.ts'
import type { ChainReport } from '../../src/audit/problem.ts'
import type { Trusted } from '../../src/audit/statements.ts'
import { verifyLog } from '../../src/audit/verify-log.ts'
import { takeUpSigning } from '../../src/keys/signing.ts'
import { createLogger } from '../../src/log.ts'
import { openAuditSnapshot } from '../../src/store/audit-rows.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { loadRootKey, type RootKey, trustedSigners } from '../../src/vault/opening.ts'
import type { Signer } from '../../src/vault/sealing.ts'
import { collect } from '../support/app.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

/** A database with an audit log that the test writes, links and signs itself. */
export interface AuditLog {
  database: TestDatabase
  store: Store
  signer: Signer
  /** The lines of the log. */
  lines: string[]
  signing: Parameters<typeof signCheckpoints>[0]
  write(count: number, workspace?: string): Promise<void>
  /** @returns how many were linked; null while another one links. */
  link(): Promise<number | null>
  sign(): Promise<void>
  verify(options?: { workspace?: string; trusted?: Trusted; kept?: string[] }): Promise<ChainReport>
  trusted(): Promise<Trusted>
}

export async function openAuditLog(): Promise<AuditLog> {
  const database = await createTestDatabase()
  const store = await openStore(database.url)
  onTestFinished(async () => {
    await store.close()
    await database.drop()
  })
  const rootKey = await loadRootKey(inject('rootKeyFile'), undefined)
  const signer = signerOf(rootKey)
  const lines: string[] = []
  const log = createLogger('info', 'test', collect(lines))
  await takeUpSigning({ store, log }, rootKey, signer)
  const signing = { store, log, signer: () => signer, known: new Map() }
  const trusted = async () => trustedSigners(await signersOf(database), signer.certificate)
  return {
    database,
    store,
    signer,
    lines,
    signing,
    trusted,
    write: (count, workspace = 'acme') => write(database, count, workspace),
    link: async () =>
      (await database.query<{ linked: number | null }>('select link_audit(1000000) as linked'))[0]?.linked ??
      null,
    sign: () => signCheckpoints(signing),
    async verify({ workspace = 'acme', kept = [], ...options } = {}) {
      const snapshot = await openAuditSnapshot(database.url)
      try {
        return await verifyLog({ snapshot, trusted: await trusted(), kept, ...options }, workspace)
      } finally {
        await snapshot.close()
      }
    },
  }
}

export function signerOf({ certificate, sign }: RootKey): Signer {
  if (!sign) throw new Error('this root key cannot sign')
  return { certificate, sign }
}

async function signersOf(database: TestDatabase) {
  return database.query<{ fingerprint: string; pem: string; recipients: string }>('select * from signer')
}

// What JSON and UTF-8 write in several ways, so that both sides have to write it alike.
const ODD = `'Zoë "x" \\ / ' || chr(1) || chr(31) || chr(127) || chr(8232) || chr(128512) || E'\\t\\n\\r\\b\\f'`

async function write(database: TestDatabase, count: number, workspace: string): Promise<void> {
  await database.query(
    `insert into audit_event (workspace_id, id, at, actor, action, target, detail, address, client)
     select $2, uuid_of_now(), clock_timestamp() - interval '1 hour', ${ODD}, 'secret.use', 'KEY_' || n,
            case n % 3 when 0 then null when 1 then json_build_object('n', n, 'text', ${ODD})
                       else E'{ "a" :\\n1.50, "a": 2 }'::json end,
            case when n % 2 = 0 then '2001:db8::1' end, case when n % 2 = 0 then ${ODD} end
       from generate_series(1, $1) as n`,
    [count, workspace],
  )
}
