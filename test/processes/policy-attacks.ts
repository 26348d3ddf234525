import { anywhere } from '../../src/secret/policy.ts'

/** What the attacker can read or owns. */
export interface Booty {
  /** The sealed value of a secret. */
  stolen(name: string): Promise<string>
  /** The address of the attacker's server. */
  away: string
}

type Attack = (booty: Booty) => Promise<[sql: string, parameters?: unknown[]][]>

export const anyPolicy = JSON.stringify(anywhere)
const only = (host: string) => JSON.stringify({ ...anywhere, hosts: [host] })

/** The attacker's statements with their parameters, by the column that they write. */
export const attacks: Readonly<Record<string, readonly Attack[]>> = {
  policy: [
    async () => [[`update secret set policy = '{}' where name = 'BOUND'`]],
    async () => [[`update secret set policy = $1 where name = 'BOUND'`, [anyPolicy]]],
    async ({ away }) => [[`update secret set policy = $1 where name = 'BOUND'`, [only(away)]]],
    async () => [[`update secret set policy = 'null' where name = 'BOUND'`]],
    async () => [[`update secret set policy = '[1]' where name = 'BOUND'`]],
    async () => [[`update secret set policy = '{"hosts": "", "methods": {}}' where name = 'BOUND'`]],
    async () => [
      [
        `update secret set policy = (select policy from secret where name = 'OTHER' and workspace_id = 'acme')
          where name = 'BOUND'`,
      ],
    ],
  ],
  sealed_policy: [
    async () => [[`update secret set sealed_policy = null where name = 'BOUND'`]],
    async () => [[`update secret set sealed_policy = $1 where name = 'BOUND'`, [anyPolicy]]],
    async () => [[`update secret set sealed_policy = null, policy = $1 where name = 'BOUND'`, [anyPolicy]]],
    async ({ away }) => [
      [`update secret set sealed_policy = $1, policy = $1 where name = 'BOUND'`, [only(away)]],
    ],
  ],
  sealed: [
    async () => [[`update secret set sealed = '' where name = 'BOUND'`]],
    // The attacker's own value under this name contains nothing of ours.
    async ({ stolen }) => [[`update secret set sealed = $1 where name = 'BOUND'`, [await stolen('OTHER')]]],
    async ({ stolen }) => [
      [`update secret set sealed = $1, policy = $2 where name = 'OTHER'`, [await stolen('BOUND'), anyPolicy]],
    ],
    async ({ stolen }) => [
      [
        `insert into secret (workspace_id, name, sealed, kid, policy, created_at, updated_at)
         select workspace_id, 'COPY', $1, kid, $2, now(), now() from secret where name = 'BOUND'`,
        [await stolen('BOUND'), anyPolicy],
      ],
    ],
    async ({ stolen }) => {
      const copy = await stolen('BOUND')
      return [
        [`delete from secret where name = 'BOUND'`],
        [
          `insert into secret (workspace_id, name, sealed, kid, policy, sealed_policy, created_at, updated_at)
           select workspace_id, 'BOUND', $1, kid, $2, $2, now(), now() from secret where name = 'OTHER'`,
          [copy, anyPolicy],
        ],
      ]
    },
  ],
  kid: [
    async () => [[`update secret set kid = '' where name = 'BOUND'`]],
    async () => [
      [
        `update secret set kid = (select kid from workspace_key where workspace_id = 'globex'), policy = $1
          where name = 'BOUND'`,
        [anyPolicy],
      ],
    ],
  ],
  name: [
    async () => [[`update secret set name = 'RENAMED', policy = $1 where name = 'BOUND'`, [anyPolicy]]],
    async () => [
      [`update secret set name = 'SPARE' where name = 'BOUND'`],
      [`update secret set name = 'BOUND' where name = 'OTHER'`],
      [`update secret set name = 'OTHER' where name = 'SPARE'`],
    ],
  ],
  workspace_id: [
    async () => [
      [`update secret set workspace_id = 'globex', policy = $1 where name = 'BOUND'`, [anyPolicy]],
    ],
  ],
  owner: [async () => [[`update secret set owner = 'attacker' where name = 'BOUND'`]]],
  description: [async () => [[`update secret set description = 'for any host' where name = 'BOUND'`]]],
  created_at: [async () => [[`update secret set created_at = 'epoch' where name = 'BOUND'`]]],
  updated_at: [async () => [[`update secret set updated_at = 'epoch' where name = 'BOUND'`]]],
  last_used_at: [async () => [[`update secret set last_used_at = null where name = 'BOUND'`]]],
}
