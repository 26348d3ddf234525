/**
 * Measures runs per second with one, two and three workers, the time from `runAutomation` to SUCCEEDED, and the
 * connections of each process: `npm run throughput -- --runs 2000`. It uses DATABASE_URL, which must be an empty
 * database (its root key is thrown away), or an embedded PostgreSQL in a temporary folder. Every process inherits
 * the environment, so any setting can be tried.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/embedded-postgres.ts'
import { createLogger } from '../../src/log.ts'
import { type Client, createClient } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { send } from '../support/operations.ts'
import { createTestWorkspace } from '../support/workspace.ts'

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    workers: { type: 'string', default: '1,2,3' },
    /** The number of consecutive runs on idle processes, for the latency. */
    singles: { type: 'string', default: '30' },
  },
})
// One workspace has five runs at once by default, so a single workspace would measure that limit.
const WORKSPACES = 10
const main = join(import.meta.dirname, '../../src/main.ts')
const say = (line: string) => void process.stdout.write(`${line}\n`)

const folder = await mkdtemp(join(tmpdir(), 'lockstep-throughput-'))
const database = process.env['DATABASE_URL'] ? undefined : await startDatabase()
const databaseUrl = database?.url ?? process.env['DATABASE_URL']
// Counts connections without the pooler, if the direct address is given.
const admin = new pg.Pool({ connectionString: process.env['THROUGHPUT_ADMIN_URL'] ?? databaseUrl, max: 1 })
const children = new Set<ChildProcess>()
try {
  await measure()
} finally {
  await Promise.all([...children].map(stop))
  await admin.end()
  await database?.stop()
  await rm(folder, { recursive: true, force: true })
}

async function measure(): Promise<void> {
  say(`${cpus().length} cores, Node ${process.version}, PostgreSQL ${await one('show server_version')}`)
  await run('migrate')
  const service = await startService()
  const worker = await startProcess('worker')
  const api = await startProcess('api')
  const targets = await prepare(api.url, service.url)
  await latency(targets)
  say(`connections, idle: ${await connections()}`)
  await stop(worker.child)
  say(`connections, the API alone: ${await connections()}`)
  for (const count of (options.workers ?? '').split(',').map(Number)) await throughput(targets, count)
  service.close()
}

interface Target {
  admin: Client
  automation: string
}

/** Makes an automation in each workspace, with one step that sends a secret to a service. */
async function prepare(url: string, service: string): Promise<Target[]> {
  const client = (headers: Record<string, string>) => createClient(url, [], headers)
  const people = {
    signUp: async (name: string) => {
      const person = client({})
      await person.signUp(name)
      return person
    },
    withToken: (token: string) => client({ authorization: `Bearer ${token}` }),
  }
  const targets: Target[] = []
  for (let number = 1; number <= WORKSPACES; number++) {
    const workspace = await createTestWorkspace(people, `load-${number}`)
    await workspace.createSecret('KEY', 'sk_load_0123456789')
    const headers = [{ name: 'Authorization', value: 'Bearer {{ secrets.KEY }}' }]
    const step = { key: 'call', type: 'custom-http', fields: { url: service, headers } }
    const { id } = await workspace.createAutomation('Call', [step])
    targets.push({ admin: workspace.admin, automation: id })
  }
  return targets
}

async function latency(targets: readonly Target[]): Promise<void> {
  const taken: number[] = []
  for (let count = 0; count < Number(options.singles); count++) {
    const { admin: person, automation } = targets[count % targets.length] ?? missing()
    const from = performance.now()
    const { run: started } = await person.mutate(documents.runAutomation, { input: { automation } })
    const { text } = await send(person, documents.runUpdated, { id: started.id })
    if (!text.includes('"SUCCEEDED"')) throw new Error(text)
    taken.push(performance.now() - from)
  }
  taken.sort((a, b) => a - b)
  const at = (part: number) => Math.round(taken[Math.floor((taken.length - 1) * part)] ?? 0)
  say(`latency of a single run: median ${at(0.5)} ms, 95 % ${at(0.95)} ms, longest ${at(1)} ms`)
}

async function throughput(targets: readonly Target[], count: number): Promise<void> {
  const total = Number(options.runs)
  const since = await one('select now()::text')
  const began = performance.now()
  let left = total
  const start = async () => {
    while (left-- > 0) {
      const { admin: person, automation } = targets[left % targets.length] ?? missing()
      await person.mutate(documents.runAutomation, { input: { automation } })
    }
  }
  await Promise.all(Array.from({ length: 10 }, start))
  const accepted = total / ((performance.now() - began) / 1000)
  const workers = await Promise.all(Array.from({ length: count }, () => startProcess('worker')))
  const before = await cpuSeconds(workers)
  let most = 0
  const where = `created_at >= '${since}'`
  while (Number(await one(`select count(*) from run where ${where} and finished_at is null`)) > 0) {
    most = Math.max(most, await connections())
    await sleep(200)
  }
  // The first and the last tenth are left out, because not all workers are busy then.
  const rate = await one(`select round(count(*) / extract(epoch from max(finished_at) - min(finished_at)), 1)
    from (select finished_at, ntile(10) over (order by finished_at) as part from run where ${where}) t
    where part between 2 and 9`)
  const failed = await one(`select count(*) from run where ${where} and status <> 'SUCCEEDED'`)
  // Unlike the rate, this is almost the same on a busy machine.
  const cpu = ((await cpuSeconds(workers)) - before) / total
  say(
    `${count} worker(s): ${rate} runs/s of ${total}, ${failed} failed; ` +
      `the API took ${accepted.toFixed(0)}/s; connections at most ${most}; ${(cpu * 1000).toFixed(0)} ms of CPU in the workers for each run`,
  )
  await Promise.all(workers.map(({ child }) => stop(child)))
}

async function cpuSeconds(processes: readonly { url: string }[]): Promise<number> {
  const read = async ({ url }: { url: string }) => {
    const text = await (await fetch(`${url}/metrics`)).text()
    return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1])
  }
  return (await Promise.all(processes.map(read))).reduce((sum, seconds) => sum + seconds, 0)
}

async function connections(): Promise<number> {
  const count = await one(`select count(*) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`)
  return Number(count)
}

async function one(sql: string): Promise<string> {
  const { rows } = await admin.query<Record<string, unknown>>(sql)
  return String(Object.values(rows[0] ?? {})[0])
}

function missing(): never {
  throw new Error('there is no workspace')
}

function startDatabase() {
  return startEmbeddedPostgres({ folder: join(folder, 'postgres'), log: createLogger('warn', 'throughput') })
}

/** A service that answers at once. */
async function startService(): Promise<{ url: string; close(): void }> {
  const server = createServer((_request, response) => response.end('{"ok":true}')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}

function launch(role: string, port: string): ChildProcess {
  const env = {
    LOCKSTEP_LOG: 'error',
    ...process.env,
    DATABASE_URL: databaseUrl,
    LOCKSTEP_DATA: folder,
    LOCKSTEP_EGRESS_ALLOW: '127.0.0.1',
    LOCKSTEP_SIGN_UP: 'open',
    [role === 'api' ? 'PORT' : 'LOCKSTEP_WORKER_PORT']: port,
  }
  const child = spawn(process.execPath, [main, role], { env, stdio: ['ignore', 'inherit', 'inherit'] })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

async function run(role: string): Promise<void> {
  const [code] = await once(launch(role, '0'), 'exit')
  if (code !== 0) throw new Error(`${role} ended with ${code}`)
}

async function startProcess(role: 'api' | 'worker'): Promise<{ child: ChildProcess; url: string }> {
  const port = await freePort()
  const child = launch(role, port)
  const url = `http://127.0.0.1:${port}`
  const isReady = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error(`the ${role} ended`)
    await sleep(50)
  }
  return { child, url }
}

async function freePort(): Promise<string> {
  const server = createSocketServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return String(port)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}
