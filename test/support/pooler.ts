import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { freePort } from './free-port.ts'

export interface Pooler extends AsyncDisposable {
  readonly port: number
}

const PGBOUNCER = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer'].find((it) =>
  existsSync(it),
)

export const hasPgBouncer = PGBOUNCER !== undefined

/** PgBouncer in transaction pooling with its defaults, in front of the database of the tests. */
export async function startPgBouncer(): Promise<Pooler> {
  const { hostname, port: target, username, password } = new URL(inject('databaseUrl'))
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-pgbouncer-'))
  const port = await freePort()
  const server = `host=${hostname} port=${target} user=${decodeURIComponent(username)} password=${decodeURIComponent(password)}`
  const lines = [
    `[databases]\n* = ${server}`,
    `[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =`,
    'auth_type = any\npool_mode = transaction\ndefault_pool_size = 2\nlogfile = /dev/null',
  ]
  const file = join(folder, 'pgbouncer.ini')
  await writeFile(file, lines.join('\n'))
  await chmod(folder, 0o755)
  // It does not run as root.
  const asUser = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  const child = spawn(PGBOUNCER ?? '', ['-q', ...asUser, file], { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await untilListening(port)
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true })
    },
  }
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const socket = connect(port, '127.0.0.1')
    const isThere = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    socket.destroy()
    if (isThere) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error('PgBouncer does not listen.')
}

/** What PgBouncer and RDS Proxy take when a connection begins. They refuse everything else. */
const TAKEN = [
  'user',
  'database',
  'client_encoding',
  'datestyle',
  'timezone',
  'standard_conforming_strings',
  'application_name',
]

/** A door in front of the database of the tests that refuses start-up parameters as PgBouncer does. */
export async function startRefusingDoor(): Promise<Pooler & { readonly seen: string[] }> {
  const { hostname, port: target } = new URL(inject('databaseUrl'))
  const sockets = new Set<Socket>()
  const seen: string[] = []
  const server = createServer((client) => {
    sockets.add(client)
    client.on('error', () => undefined)
    client.once('data', (message) => {
      const names = parameterNames(message)
      seen.push(...names)
      const refused = names.find((it) => !TAKEN.includes(it.toLowerCase()))
      if (refused !== undefined) return void client.end(refusalOf(refused))
      const database = connect(Number(target), hostname)
      sockets.add(database)
      database.on('error', () => client.destroy())
      client.on('close', () => database.destroy())
      database.write(message)
      client.pipe(database).pipe(client)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The door has no port.')
  return {
    port: address.port,
    seen,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Of a StartupMessage: length, version 3.0, then names and values that end in a zero byte. */
function parameterNames(message: Buffer): string[] {
  const texts = message.subarray(8).toString().split('\0')
  return texts.filter((it, at) => at % 2 === 0 && it !== '')
}

/** An ErrorResponse in PgBouncer's words. */
function refusalOf(parameter: string): Buffer {
  const fields = ['SFATAL', 'C08P01', `Munsupported startup parameter: ${parameter}`]
  const body = Buffer.from(`${fields.map((it) => `${it}\0`).join('')}\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
