import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, readConfig } from '../../src/config.ts'
import { createLogger } from '../../src/log.ts'
import { startApi } from '../../src/processes/api.ts'
import { Releasers } from '../../src/processes/releasers.ts'
import { startWorker } from '../../src/processes/worker.ts'
import { collect } from '../support/app.ts'
import { type Client, createClient } from '../support/client.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

export type Role = 'api' | 'worker'

/** Both processes on a separate database, with exactly the rights of docs/database-roles.sql. */
export interface RoleWorld {
  database: TestDatabase
  acme: TestWorkspace
  log: string[]
  config: Config
  client(headers?: Record<string, string>): Client
  urlOf(role: Role): string
  /** SQL with the roles of this world instead of lockstep_api and lockstep_worker. */
  withRoles(sql: string): string
  /** Runs the file as its owner does. */
  grantRights(): Promise<void>
  startOtherWorker(): Promise<void>
  close(): Promise<void>
}

export async function openRoleWorld(): Promise<RoleWorld> {
  const undo = new Releasers()
  const log: string[] = []
  const password = randomBytes(8).toString('hex')
  const roles = { api: `api_${password}`, worker: `worker_${password}` }
  const database = await createTestDatabase()
  undo.add(() => database.drop())
  const urlOf = (role: Role) => {
    const url = new URL(database.url.reveal())
    url.username = roles[role]
    url.password = password
    return url.href
  }
  const withRoles = (sql: string) =>
    sql.replaceAll('lockstep_api', roles.api).replaceAll('lockstep_worker', roles.worker)
  const grantRights = async () => {
    await database.query(withRoles(await readFile('docs/database-roles.sql', 'utf8')))
  }
  for (const role of Object.values(roles)) {
    await database.query(`create role ${role} login password '${password}'`)
    undo.add(async () => void (await database.query(`drop owned by ${role}; drop role ${role}`)))
  }
  await grantRights()
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-roles-'))
  undo.add(() => rm(folder, { recursive: true }))
  const configOf = (role: Role) =>
    readConfig({
      PORT: '0',
      LOCKSTEP_DATA: folder,
      DATABASE_URL: urlOf(role),
      LOCKSTEP_SIGN_UP: 'first',
      LOCKSTEP_EGRESS_ALLOW: '127.0.0.1',
      // Far away, so that what counts is done and refuses nothing.
      LOCKSTEP_HOOK_CALLS_PER_MINUTE: '1000',
      LOCKSTEP_MAX_QUEUED_RUNS: '1000',
    })
  const logger = createLogger('trace', 'test', collect(log))
  const startOtherWorker = async () => {
    const worker = await startWorker(configOf('worker'), logger)
    undo.add(() => worker.stop())
  }
  await startOtherWorker()
  const api = await startApi(configOf('api'), logger)
  undo.add(() => api.stop())
  await api.ready
  const client = (headers = {}) => createClient(`http://127.0.0.1:${api.port}`, [], headers)
  const people = {
    signUp: async (name: string, email?: string) => {
      const person = client()
      await person.signUp(name, email)
      return person
    },
    withToken: (token: string) => client({ authorization: `Bearer ${token}` }),
  }
  const acme = await createTestWorkspace(people, 'acme')
  const config = configOf('worker')
  const close = () => undo.release()
  return { database, acme, log, config, client, urlOf, withRoles, grantRights, startOtherWorker, close }
}
