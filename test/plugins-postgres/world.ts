import { connect, createServer, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { inject, onTestFinished } from 'vitest'
import { queryPostgres } from '../../plugins/query-postgres/query-postgres.ts'
import type { Issued } from '../egress/certificates.ts'
import { errorOf, outcomeOf } from '../plugins/outcome.ts'
import type { RunOptions } from '../plugins/run-step.ts'

/** A text that must never be shown. */
export const canary = 'sk_live_CANARY-42'

/** The database of the tests, whose server speaks no TLS. */
export function databaseUrl(): URL {
  return new URL(inject('databaseUrl'))
}

/** The fields of a step for the database of the tests, and the secrets they refer to. */
export function onDatabase(fields: object, options: RunOptions = {}) {
  const raw = { connectionString: '{{ secrets.DATABASE }}', ssl: 'disable', ...fields }
  const secrets = { DATABASE: databaseUrl().href, PASSWORD: databaseUrl().password, KEY: canary }
  return [queryPostgres, raw, { ...options, secrets }] as const
}

/** The rows of the query. */
export async function query(fields: object, options: RunOptions = {}): Promise<unknown> {
  const { output, error } = await outcomeOf(...onDatabase(fields, options))
  if (error !== undefined) throw error
  return output
}

/** The error of the query. */
export function failure(fields: object, options: RunOptions = {}) {
  return errorOf(...onDatabase(fields, options))
}

/** A server of plain TCP, until the test ends. @returns its port. */
export async function startTcp(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    serve(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.')
  return address.port
}

/** The database of the tests behind TLS, as its own server would offer it. @returns the port. */
export function startTls(issued: Issued): Promise<number> {
  const { hostname, port } = databaseUrl()
  return startTcp((socket) => {
    // A client first asks whether there is TLS; S means yes.
    socket.once('data', () => {
      const encrypted = new TLSSocket(socket, { isServer: true, ...issued })
      const database = connect(Number(port), hostname)
      for (const it of [encrypted, database]) it.on('error', () => {})
      encrypted.on('close', () => database.destroy())
      database.on('close', () => encrypted.destroy())
      encrypted.pipe(database).pipe(encrypted)
      socket.write('S')
    })
  })
}
