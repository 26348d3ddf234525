import { expect, test } from 'vitest'
import { openStore } from '../../src/store/store.ts'
import { withOldDatabase } from '../support/database.ts'

const BEFORE = 'Migration20261123091338_workers_and_root_kinds'

test('existing secrets keep their hosts, for every scheme, and have no sealed policy', async () => {
  const database = await withOldDatabase(BEFORE)
  const store = await openStore(database.url, 2)
  try {
    await database.query(`insert into workspace (id, name, created_at) values ('acme', 'Acme', now())`)
    await database.query(
      `insert into secret (workspace_id, name, sealed, kid, allowed_hosts, created_at, updated_at) values
       ('acme', 'BOUND', '', '', '{b.example.com,*.a.example.com:8443}', now(), now()),
       ('acme', 'FREE', '', '', '{}', now(), now())`,
    )
    await store.orm.migrator.up({ to: 'Migration20261127071848_secret_policies' })
    const none = { methods: [], paths: [], places: [] }
    const hosts = [
      'b.example.com',
      'http://b.example.com',
      '*.a.example.com:8443',
      'http://*.a.example.com:8443',
    ]
    const read = () => database.query('select name, policy, sealed_policy from secret order by name')
    expect(await read()).toEqual([
      { name: 'BOUND', policy: { ...none, hosts }, sealed_policy: null },
      { name: 'FREE', policy: { ...none, hosts: [] }, sealed_policy: null },
    ])
    await store.orm.migrator.down({ to: BEFORE })
    const [bound] = await database.query<{ hosts: string[] }>(
      `select allowed_hosts as hosts from secret where name = 'BOUND'`,
    )
    expect(new Set(bound?.hosts)).toEqual(new Set(['b.example.com', '*.a.example.com:8443']))
  } finally {
    await store.close()
  }
})
