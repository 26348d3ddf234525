import { createHmac } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { Examination } from '../../src/doctor/check.ts'
import { checkApiRole } from '../../src/doctor/role-check.ts'
import { createLogger } from '../../src/log.ts'
import { startApi } from '../../src/processes/api.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { findExcess } from '../../src/store/excess-rights.ts'
import { openStore } from '../../src/store/store.ts'
import { collect } from '../support/app.ts'
import { runLockstep } from '../support/command.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { freePorts, startInstance } from '../support/instance.ts'
import { openRoleWorld, type RoleWorld } from './role-world.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 })

let world: RoleWorld
let echo: EchoServer

beforeAll(async () => {
  echo = await startEchoServer()
  world = await openRoleWorld()
})
afterAll(async () => {
  await world?.close()
  await echo.close()
})

/** Everything that the two roles were granted, one line each. */
async function rightsOfRoles(): Promise<unknown[]> {
  const rights = `
    with granted as (
      select nspname::text as what, nspacl as acl from pg_namespace
      union all select oid::regclass::text, relacl from pg_class
      union all select attrelid::regclass || '.' || attname, attacl from pg_attribute
    )
    select concat_ws(' ', grantee::regrole, privilege_type, what) as right
    from granted, aclexplode(acl)
    where grantee in ('lockstep_api'::regrole, 'lockstep_worker'::regrole)
    order by 1`
  return world.database.query(world.withRoles(rights))
}

const denied = () => world.log.filter((line) => /permission denied|"42501"/.test(line))

test('with separate roles, a secret is stored, changed, used by a run of every kind, and deleted', async () => {
  const { acme } = world
  await acme.createSecret('KEY', 'sk_test_roles_0123456789')
  const { admin } = acme
  const changed = { workspace: 'acme', name: 'KEY', value: 'sk_other_0123456789' }
  await admin.mutate(documents.updateSecret, { input: changed })
  const bound = { workspace: 'acme', name: 'KEY', allowedHosts: [new URL(echo.url).host] }
  await admin.mutate(documents.setSecretPolicy, { input: bound })
  const step = { key: 'call', type: 'custom-http', fields: { url: `${echo.url}/{{ secrets.KEY }}` } }
  const { id, hookUrl } = await acme.createAutomation('Call', [step])
  expect(await acme.run(id, { a: 1 })).toMatchObject({ status: 'SUCCEEDED', steps: [{ secrets: ['KEY'] }] })
  const headers = { prefer: 'wait=20', 'idempotency-key': 'once' }
  const { pathname } = new URL(hookUrl)
  const hook = await world.client().request(pathname, { method: 'POST', headers, body: '{}' })
  expect(JSON.parse(hook.text)).toMatchObject({ status: 'SUCCEEDED' })
  const counted = `select 1 from call_count where subject like 'hook %'`
  await vi.waitUntil(async () => (await world.database.query(counted)).length > 0, { timeout: 20_000 })
  const tested = await admin.mutate(documents.testStep, { input: { workspace: 'acme', step } })
  expect(tested.result).toMatchObject({ status: 'SUCCEEDED' })
  await admin.mutate(documents.updateAutomation, { input: { id, version: 1, name: 'Called', steps: [step] } })
  const { run } = await admin.mutate(documents.runAutomation, { input: { automation: id } })
  await admin.mutate(documents.cancelRun, { id: run.id })
  await acme.waitForRun(run.id)
  await admin.mutate(documents.deleteAutomation, { id })
  await admin.mutate(documents.deleteSecret, { input: { workspace: 'acme', name: 'KEY' } })
  expect(denied()).toEqual([])
})

test('with separate roles, a request at a signed hook is checked before it is answered', async () => {
  const { acme } = world
  await acme.createSecret('SIGNING', 'signs at the door 2207')
  const steps = [{ key: 'set', type: 'set-values', fields: { values: 1 } }]
  const input = {
    workspace: 'acme',
    name: 'Signed',
    steps,
    hookSignature: { secret: 'SIGNING', style: 'GITHUB' },
  }
  const { automation } = await acme.admin.mutate(documents.createAutomation, { input })
  const post = (key: string) => {
    const signature = `sha256=${createHmac('sha256', key).update('{}').digest('hex')}`
    const init = { method: 'POST', headers: { 'x-hub-signature-256': signature }, body: '{}' }
    return world.client().request(new URL(automation.hookUrl).pathname, init)
  }
  expect((await post('another key')).status).toBe(401)
  expect((await post('signs at the door 2207')).status).toBe(202)
  expect(denied()).toEqual([])
})

test('with separate roles, a schedule that is due starts a run', async () => {
  const schedule = { cron: '0 9 * * *', timeZone: 'UTC' }
  const steps = [{ key: 'set', type: 'set-values', fields: { values: 1 } }]
  const input = { workspace: 'acme', name: 'Daily', steps, schedule }
  await world.acme.admin.mutate(documents.createScheduled, { input })
  await world.database.query(
    `update automation set next_run_at = date_trunc('second', now()) where name = 'Daily'`,
  )
  // A worker checks for due automations when it starts.
  await world.startOtherWorker()
  const scheduled = `select 1 from run where trigger = 'SCHEDULE' and status = 'SUCCEEDED'`
  await vi.waitUntil(async () => (await world.database.query(scheduled)).length > 0, { timeout: 100_000 })
  expect(denied()).toEqual([])
})

test('with separate roles, a run that has lost its job is ended', async () => {
  await world.database.query(
    `insert into run (workspace_id, id, steps, status, created_at)
     values ('acme', gen_random_uuid(), '[]', 'QUEUED', now() - interval '1 hour')`,
  )
  await world.startOtherWorker()
  const ended = `select 1 from run where error ->> 'code' = 'INTERRUPTED' and status = 'FAILED'`
  await vi.waitUntil(async () => (await world.database.query(ended)).length > 0, { timeout: 100_000 })
  expect(denied()).toEqual([])
})

test('with separate roles, people and tokens are added, changed and removed', async () => {
  const { admin } = world.acme
  const invite = async (email: string) => {
    const input = { workspace: 'acme', email, role: 'MEMBER' }
    const { url } = await admin.mutate(documents.inviteMember, { input })
    return new URL(url).hash.slice(1)
  }
  const guest = world.client()
  const email = 'guest@example.com'
  const invitation = await invite(email)
  const person = { name: 'Guest', email, password: 'correct horse battery staple', invitation }
  const headers = { 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: JSON.stringify(person) }
  expect((await guest.request('/api/auth/sign-up/email', init)).status).toBe(200)
  const member = (await guest.graphql(documents.viewer)).data.viewer.id
  await admin.mutate(documents.setMemberRole, { input: { workspace: 'acme', member, role: 'ADMIN' } })
  await invite('late@example.com')
  const { data } = await guest.graphql(documents.administration, { id: 'acme' })
  await guest.mutate(documents.revokeInvitation, { id: data.workspace.invitations[0].id })
  await admin.mutate(documents.removeMember, { input: { workspace: 'acme', member } })
  const input = { workspace: 'acme', name: 'ci', role: 'ADMIN' }
  const { id, token } = await admin.mutate(documents.createApiToken, { input })
  const byToken = world.client({ authorization: `Bearer ${token}` })
  expect((await byToken.graphql(documents.auditLog, { workspace: 'acme' })).errors).toBeUndefined()
  await admin.mutate(documents.revokeApiToken, { id })
  expect(denied()).toEqual([])
})

test.each([
  ['api', 'select sealed from secret'],
  ['api', 'select sealed_private_key from workspace_key'],
  ['api', "update workspace_key set signature = ''"],
  ['api', "insert into workspace_key (signature) values ('')"],
  ['api', 'update signer set recipients = null'],
  ['api', 'delete from audit_event'],
  ['api', `update audit_event set target = ''`],
  ['api', 'insert into audit_event (workspace_id, sequence) values ($$acme$$, 1)'],
  ['api', 'select link_audit(1)'],
  ['api', `select link_audit_of('acme', 1)`],
  ['api', 'delete from audit_chain'],
  ['api', 'insert into audit_checkpoint default values'],
  ['api', 'insert into audit_cut default values'],
  ['api', 'delete from run'],
  ['api', 'update root_certificate set retired_at = now()'],
  ['api', 'create table mine ()'],
  ['api', 'delete from run_job'],
  ['api', 'select sealed from hook_check'],
  ['api', 'delete from hook_check returning signature'],
  ['api', 'update hook_check set verdict = null'],
  ['api', 'update run_job set worker = null'],
  ['api', 'update run_worker set seen_at = now()'],
  ['api', 'select * from claim_runs(gen_random_uuid(), 1, 1, $$$$)'],
  ['worker', 'select password from auth_account'],
  ['worker', 'select auth_secret from instance'],
  ['worker', 'update secret set policy = null'],
  ['worker', 'update secret set name = null'],
  ['worker', 'update audit_event set actor = null'],
  ['worker', 'update audit_event set sequence = 1, hash = null'],
  ['worker', 'insert into audit_event (workspace_id, hash) values ($$acme$$, $$$$)'],
  ['worker', 'update audit_chain set sequence = 1'],
  ['worker', `select end_chain('acme', 1, '')`],
  ['worker', 'delete from audit_checkpoint'],
  ['worker', `update audit_cut set first = 1`],
  ['worker', 'insert into membership default values'],
  ['worker', 'insert into run_key default values'],
  ['worker', "update automation set steps = '[]'"],
  ['worker', 'create table mine ()'],
  ['worker', 'drop table run_first'],
  ['worker', 'delete from audit_event_first'],
  ['worker', `select partition_table('secret')`],
  ['worker', `select add_partition('run', gen_random_uuid())`],
  ['api', `select drop_partition('run', 1)`],
] as const)('the %s cannot: %s', async (role, sql) => {
  const connection = new pg.Client({ connectionString: world.urlOf(role) })
  await connection.connect()
  await expect(connection.query(sql)).rejects.toMatchObject({ code: '42501' })
  await connection.end()
})

test.each([
  ['nothing in between', ''],
  ['what an older version granted', 'grant select on instance to lockstep_worker'],
  ['a column', 'grant select (sealed) on secret to lockstep_api'],
  ['everything', 'grant all on all tables in schema public to lockstep_api, lockstep_worker'],
  ['a schema', 'grant create on schema public to lockstep_api with grant option'],
  ['less than there should be', 'revoke select on workspace from lockstep_api'],
])('the file of grants can run again, over %s, with the same rights', async (_what, change) => {
  const intended = await rightsOfRoles()
  expect(intended.length).toBeGreaterThan(100)
  if (change !== '') {
    await world.database.query(world.withRoles(change))
    expect(await rightsOfRoles()).not.toEqual(intended)
  }
  await world.grantRights()
  expect(await rightsOfRoles()).toEqual(intended)
})

test.each([
  ['grant select (sealed) on secret to lockstep_api', 'read sealed values'],
  ['grant select on workspace_key to lockstep_api', 'read the sealed keys of workspaces'],
  ['grant update (action) on audit_event to lockstep_api', 'change or delete audit events'],
  ['grant delete on audit_event to lockstep_api', 'change or delete audit events'],
  ['grant create on schema public to lockstep_api', 'make tables and functions'],
  ['alter role lockstep_api createrole', 'make roles or databases'],
  ['alter table run_clock owner to lockstep_api', 'do everything with the tables, as their owner'],
  ['grant pg_execute_server_program to lockstep_api', 'use the rights of pg_execute_server_program'],
  ['grant pg_read_all_data to lockstep_api', 'use the rights of pg_read_all_data'],
  ['alter role lockstep_api superuser', 'do everything, as a superuser'],
])('what the API could do too much is found: %s', async (change, expected) => {
  const store = await openStore(new Sensitive(world.urlOf('api')), 1)
  onTestFinished(() => store.close())
  expect((await findExcess(store.em())).rights).toEqual([])
  const name = new URL(world.urlOf('api')).username
  onTestFinished(async () => {
    await world.database.query(world.withRoles('alter role lockstep_api nosuperuser nocreaterole'))
    await world.database.query(
      world.withRoles('revoke pg_execute_server_program, pg_read_all_data from lockstep_api'),
    )
    await world.database.query(world.withRoles('alter table run_clock owner to current_user'))
    await world.grantRights()
  })
  await world.database.query(world.withRoles(change))
  const { role, rights } = await findExcess(store.em())
  expect(role).toBe(name)
  expect(rights.join()).toContain(expected)
  const config = readConfig({ LOCKSTEP_API_DATABASE_URL: world.urlOf('api') })
  const found = await checkApiRole({ store, config } as Examination)
  expect(found).toMatchObject({ check: 'api role', status: 'warning' })
  expect(found.message).toContain(`The role ${name} can: `)
  expect(found.message).toContain(expected)
})

test('one address for all processes is said once by the API, and a role of its own is not', async () => {
  const told = (lines: readonly string[]) =>
    lines.filter((line) => line.includes('more rights than it needs'))
  expect(told(world.log)).toEqual([])
  const addresses = {
    LOCKSTEP_API_DATABASE_URL: world.urlOf('api'),
    LOCKSTEP_WORKER_DATABASE_URL: world.urlOf('worker'),
  }
  const settings = { DATABASE_URL: world.database.url.reveal(), LOCKSTEP_DATA: world.config.dataFolder }
  const apart = await startInstance({ ...(await freePorts()), ...settings, ...addresses })
  onTestFinished(async () => void (await apart.process.stop()))
  const connected = `select distinct usename as name from pg_stat_activity where datname = current_database() order by 1`
  const names = (await world.database.query<{ name: string }>(connected)).map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(Object.values(addresses).map((it) => new URL(it).username)))
  expect(told(apart.process.output)).toEqual([])
  const { PORT } = await freePorts()
  const said: string[] = []
  const api = await startApi(readConfig({ ...settings, PORT }), createLogger('warn', 'api', collect(said)))
  onTestFinished(() => api.stop())
  await api.ready
  expect(told(said)).toEqual([expect.stringContaining('do everything, as a superuser')])
})

test('addresses of the processes without that of the owner are refused, because nobody could migrate', async () => {
  const env = { LOCKSTEP_DATA: world.config.dataFolder, LOCKSTEP_API_DATABASE_URL: world.urlOf('api') }
  expect(await runLockstep(['start'], env)).toMatchObject({
    code: 78,
    stderr: expect.stringContaining(
      'DATABASE_URL is not. Set DATABASE_URL to the address of the same database',
    ),
  })
})

test('a role that is none of Lockstep cannot connect, and so neither hears nor says what processes tell each other', async () => {
  const role = new URL(world.urlOf('api'))
  role.username = `other_${role.password}`
  await world.database.query(`create role ${role.username} login password '${role.password}'`)
  onTestFinished(async () => void (await world.database.query(`drop role ${role.username}`)))
  const other = new pg.Client({ connectionString: role.href })
  await expect(other.connect()).rejects.toMatchObject({
    code: '42501',
    message: expect.stringMatching(/^permission denied for database/),
  })
})
