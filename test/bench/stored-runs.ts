import { copyOf } from './postgres.ts'
import type { Instance } from './world.ts'

const WORKSPACES = 10
// Runs are kept for 90 days by default, so that the oldest stays as long as the benchmark takes.
const DAYS = 80
// As `uuidv7(age)`, which PostgreSQL has from 18 on.
const UUID_OF_AGE = `(left(first_id_at(now() + age)::text, 14) || '7' || substr(gen_random_uuid()::text, 16))::uuid`

/**
 * The statement that stores copies of a run, its steps and its audit events, spread evenly over its workspace and nine
 * others and over the last weeks. `$1` and `$2` are the first and the last number of a copy.
 */
export async function copyRunStatement(
  { database, workspace }: Pick<Instance, 'database' | 'workspace'>,
  publicRunId: string,
  total: number,
) {
  const { client } = database
  const [, run = ''] = publicRunId.split('.')
  const others = Array.from({ length: WORKSPACES - 1 }, (_it, index) => otherWorkspace(index + 1))
  for (const id of others) {
    const { columns, values } = await copyOf(client, 'workspace', { id: `'${id}'` })
    await client.query(
      `insert into workspace (${columns}) select ${values} from workspace t where id = $1 on conflict do nothing`,
      [workspace.id],
    )
  }
  const moment = 'm.at'
  const replaced = (column: string) =>
    `replace(t.${column}::text, '${publicRunId}', m.workspace || '.' || m.id)`
  const times = { created_at: moment, started_at: moment, finished_at: moment }
  const runs = await copyOf(client, 'run', { ...times, id: 'm.id', workspace_id: 'm.workspace' })
  const steps = await copyOf(client, 'step_run', {
    workspace_id: 'm.workspace',
    run: 'm.id',
    started_at: moment,
    finished_at: moment,
  })
  const events = await copyOf(client, 'audit_event', {
    workspace_id: 'm.workspace',
    id: UUID_OF_AGE.replace('age', 'm.age'),
    at: moment,
    actor: replaced('actor'),
    detail: `${replaced('detail')}::json`,
  })
  return `with made as materialized (
      select ${UUID_OF_AGE} as id, now() + age as at, age, workspace
        from (select number, (number - ${total} - 1) * interval '${DAYS} days' / ${total} as age,
                     case when number % ${WORKSPACES} = 0 then '${workspace.id}'
                          else '${otherWorkspace('')}' || number % ${WORKSPACES} end as workspace
                from generate_series($1::bigint, $2) as number) as numbered),
    runs as (insert into run (${runs.columns})
      select ${runs.values} from run t, made m where t.workspace_id = '${workspace.id}' and t.id = '${run}'),
    steps as (insert into step_run (${steps.columns})
      select ${steps.values} from step_run t, made m where t.workspace_id = '${workspace.id}' and t.run = '${run}')
    insert into audit_event (${events.columns})
      select ${events.values} from audit_event t, made m where t.workspace_id = '${workspace.id}'
         and (t.actor = 'run ${publicRunId}' or t.detail->>'run' = '${publicRunId}')`
}

const otherWorkspace = (number: number | string) => `other-${number}`
