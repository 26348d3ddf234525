import { type ChildProcess, spawn } from 'node:child_process'
import { access, chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { vi } from 'vitest'
import { Sensitive } from '../../src/sensitive.ts'
import { freePort } from '../support/free-port.ts'
import { statusOf } from '../support/instance.ts'
import { createPatroniNode, findOwner, PASSWORD, type PatroniNode, POSTGRES_BIN } from './patroni-node.ts'

const NEEDED = ['/usr/bin/patroni', '/usr/bin/etcd', `${POSTGRES_BIN}/postgres`]

export interface PatroniCluster {
  /** Names both nodes, of which one takes writes. */
  url: Sensitive
  /** Asks the node that takes writes. */
  query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]>
  /** Kills the node that takes writes. @returns it. */
  killPrimary(): Promise<PatroniNode>
  close(): Promise<void>
}

/** Which file of Debian's packages (`patroni etcd-server python3-etcd postgresql-15`) is not there. */
export async function missingForPatroni(): Promise<string | undefined> {
  for (const file of NEEDED) {
    const isThere = await access(file).then(
      () => true,
      () => false,
    )
    if (!isThere) return file
  }
  return undefined
}

/** Two nodes under Patroni, each commit on both, and the etcd that Patroni agrees by. */
export async function startPatroniCluster(): Promise<PatroniCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-patroni-'))
  const owner = await findOwner()
  if (owner) await chown(folder, owner.uid, owner.gid)
  const etcd = await startEtcd(folder)
  const [first, second] = [
    await createPatroniNode({ folder, name: 'first', etcd: etcd.port }),
    await createPatroniNode({ folder, name: 'second', etcd: etcd.port }),
  ]
  const nodes = [first, second]
  await first.start()
  await first.untilIs('/primary')
  await second.start()
  await second.untilIs('/sync')
  const primary = async () => {
    for (const node of nodes) if (await node.is('/primary')) return node
    throw new Error('no node takes writes now')
  }
  const address = (hosts: string, database: string) => `postgres://postgres:${PASSWORD}@${hosts}/${database}`
  const at = async (database: string) => address(`127.0.0.1:${(await primary()).port}`, database)
  // The standby comes first: an address that takes whichever host answers would go there.
  const hosts = `127.0.0.1:${second.port},127.0.0.1:${first.port}`
  await queryOnce(await at('postgres'), 'create database lockstep')
  return {
    url: new Sensitive(`${address(hosts, 'lockstep')}?target_session_attrs=read-write`),
    query: async (sql) => queryOnce(await at('lockstep'), sql),
    async killPrimary() {
      const node = await primary()
      await node.kill()
      return node
    },
    async close() {
      for (const node of nodes) await node.kill()
      etcd.child.kill('SIGKILL')
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function startEtcd(folder: string): Promise<{ child: ChildProcess; port: number }> {
  const [port, peers] = [await freePort(), await freePort()]
  const [client, peer] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${peers}`]
  const args = [
    ...['--name', 'only', '--data-dir', join(folder, 'etcd'), '--log-level', 'error'],
    ...['--listen-client-urls', client, '--advertise-client-urls', client],
    ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
    ...['--initial-cluster', `only=${peer}`],
  ]
  const child = spawn('/usr/bin/etcd', args, { stdio: 'ignore' })
  await vi.waitUntil(async () => (await statusOf(`${client}/health`)) === 200, { timeout: 30_000 })
  return { child, port }
}

async function queryOnce<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}
