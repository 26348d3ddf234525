import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { vi } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { processesOf, statusOf, untilGone } from '../support/instance.ts'

export const POSTGRES_BIN = '/usr/lib/postgresql/15/bin'
export const PASSWORD = 'password-of-the-drill-1204'

// How long (seconds) a primary that is gone stays the leader: the shortest that Patroni allows.
const LEASE = 20

export interface PatroniNode {
  name: string
  /** Of its PostgreSQL. */
  port: number
  start(): Promise<void>
  /** `kill -9` of Patroni, of PostgreSQL and of all its processes. */
  kill(): Promise<void>
  /** Whether Patroni's REST check says yes: `/primary`, `/replica`, `/sync`. */
  is(check: string): Promise<boolean>
  untilIs(check: string): Promise<void>
}

interface NodePlace {
  folder: string
  name: string
  /** The port of the cluster's etcd. */
  etcd: number
}

export async function createPatroniNode({ folder, name, etcd }: NodePlace): Promise<PatroniNode> {
  const [port, rest] = [await freePort(), await freePort()]
  const settings = join(folder, `${name}.json`)
  const data = join(folder, name)
  // JSON is YAML.
  await writeFile(settings, JSON.stringify(settingsOf({ folder, name, etcd }, port, rest)))
  const owner = await findOwner()
  let patroni: ChildProcess | undefined
  const is = async (check: string) => (await statusOf(`http://127.0.0.1:${rest}${check}`)) === 200
  return {
    name,
    port,
    async start() {
      const log = await open(join(folder, `${name}.log`), 'a')
      patroni = spawn('/usr/bin/patroni', [settings], {
        ...owner,
        cwd: '/',
        stdio: ['ignore', log.fd, log.fd],
      })
      await log.close()
    },
    async kill() {
      if (!patroni?.pid) return
      const postmaster = Number(
        (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '0')).split('\n')[0],
      )
      const servers = postmaster > 0 ? await processesOf(postmaster, '') : []
      const all = [{ pid: patroni.pid, parent: 0, command: 'patroni' }, ...servers]
      if (postmaster > 0) all.splice(1, 0, { pid: postmaster, parent: 0, command: 'postgres' })
      const ended = once(patroni, 'exit')
      for (const { pid } of all) killIfThere(pid)
      await ended
      await untilGone(all)
      patroni = undefined
    },
    is,
    untilIs: async (check) => void (await vi.waitUntil(() => is(check), { timeout: 120_000, interval: 200 })),
  }
}

function settingsOf({ folder, name, etcd }: NodePlace, port: number, rest: number): object {
  const login = (username: string) => ({ username, password: PASSWORD })
  return {
    scope: 'lockstep',
    name,
    restapi: { listen: `127.0.0.1:${rest}`, connect_address: `127.0.0.1:${rest}` },
    etcd3: { host: `127.0.0.1:${etcd}` },
    bootstrap: {
      // A commit waits for the standby, as long as there is one: what was said to be done is done after a fail-over.
      dcs: {
        ttl: LEASE,
        loop_wait: 2,
        retry_timeout: 5,
        synchronous_mode: true,
        postgresql: { use_pg_rewind: true },
      },
      initdb: [{ encoding: 'UTF8' }],
    },
    postgresql: {
      listen: `127.0.0.1:${port}`,
      connect_address: `127.0.0.1:${port}`,
      data_dir: join(folder, name),
      bin_dir: POSTGRES_BIN,
      pgpass: join(folder, `${name}.pgpass`),
      authentication: {
        superuser: login('postgres'),
        replication: login('follower'),
        rewind: login('rewinder'),
      },
      pg_hba: [
        'host all all 127.0.0.1/32 md5',
        'host replication all 127.0.0.1/32 md5',
        'local all all trust',
      ],
      // What is killed are processes: written data stay in the system's cache.
      parameters: { fsync: 'off', unix_socket_directories: folder, max_connections: 150 },
    },
  }
}

/** PostgreSQL does not run as root: then it does as the user that Debian made for it. */
export async function findOwner(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const idOf = async (kind: '-u' | '-g') =>
    Number((await promisify(execFile)('id', [kind, 'postgres'])).stdout)
  return { uid: await idOf('-u'), gid: await idOf('-g') }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself together with its parent.
  }
}
