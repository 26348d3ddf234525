import { copyOf } from './postgres.ts'
import type { Instance } from './world.ts'

const PER_WORKSPACE = 100
const SECRETS = 50

/** Fills the measured workspace up to so many secrets. */
export async function createSecrets({ workspace }: Instance, count = SECRETS): Promise<void> {
  for (let number = 1; number < count; number++)
    await workspace.createSecret(`SECRET_${number}`, `value of secret ${number}`)
}

/**
 * The statement that stores copies of a secret, a hundred in each of as many workspaces as that takes, `$1` and `$2`
 * being the first and the last number of a copy. Nobody opens them, so that one sealed value does for all.
 */
export async function copySecretStatement({
  database,
  workspace,
}: Pick<Instance, 'database' | 'workspace'>): Promise<string> {
  const { client } = database
  const of = `'other-' || (number - 1) / ${PER_WORKSPACE}`
  const workspaces = await copyOf(client, 'workspace', { id: of })
  const secrets = await copyOf(client, 'secret', { workspace_id: of, name: `'SECRET_' || number` })
  return `with workspaces as (insert into workspace (${workspaces.columns})
      select ${workspaces.values} from workspace t, generate_series($1::bigint, $2) as number
       where t.id = '${workspace.id}' and (number - 1) % ${PER_WORKSPACE} = 0 on conflict do nothing)
    insert into secret (${secrets.columns})
      select ${secrets.values} from secret t, generate_series($1::bigint, $2) as number
       where t.workspace_id = '${workspace.id}' and t.name = 'SECRET_1'`
}
