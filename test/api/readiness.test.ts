import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { createLogger } from '../../src/log.ts'
import { startApi } from '../../src/processes/api.ts'
import { Releasers } from '../../src/processes/releasers.ts'
import { collect } from '../support/app.ts'
import { withTestDatabase } from '../support/database.ts'

let undo = new Releasers()
afterEach(async () => {
  await undo.release()
  undo = new Releasers()
})

/** A port of this machine that forwards to the database, or to nothing. */
class Gate {
  readonly #sockets = new Set<Socket>()
  readonly #server: Server
  port = 0

  constructor(target: URL) {
    this.#server = createServer((from) => {
      const to = connect(Number(target.port), target.hostname)
      for (const [socket, other] of [
        [from, to],
        [to, from],
      ] as const) {
        this.#sockets.add(socket)
        socket.on('error', () => other.destroy())
        socket.on('close', () => other.destroy())
        socket.pipe(other)
      }
    })
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.port, '127.0.0.1', resolve))
    this.port = (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}

async function startBehindGate() {
  const database = await withTestDatabase()
  const url = new URL(database.url.reveal())
  const gate = new Gate(new URL(url))
  await gate.open()
  url.port = String(gate.port)
  const log: string[] = []
  const config = readConfig({ PORT: '0', DATABASE_URL: url.href, LOCKSTEP_SIGN_UP: 'open' })
  const makeRootCertificate = () =>
    database.query(
      `insert into root_certificate (fingerprint, pem, kind, created_at) values ('ab', 'none', 'ROOT', now())`,
    )
  return {
    gate,
    log,
    makeRootCertificate,
    start: () => startApi(config, createLogger('info', 'test', collect(log))),
  }
}

const ask = async (port: number, path: string) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  return { status: response.status, headers: response.headers, body: await response.json() }
}

async function until(port: number, path: string, status: number): Promise<void> {
  while ((await ask(port, path)).status !== status) await new Promise((resolve) => setTimeout(resolve, 50))
}

const graphql = '/graphql?query={__typename}'

test('an API that starts without its database stays alive, logs it once, and becomes ready when the database comes', async () => {
  const { gate, log, makeRootCertificate, start } = await startBehindGate()
  await makeRootCertificate()
  await gate.close()
  const api = await start()
  undo.add(() => api.stop())
  expect(await ask(api.port, '/readyz')).toMatchObject({
    status: 503,
    body: { ready: false, reason: 'the database cannot be reached' },
  })
  expect((await ask(api.port, '/healthz')).status).toBe(200)
  const refused = await ask(api.port, graphql)
  expect(refused).toMatchObject({
    status: 503,
    body: { code: 'DATABASE_UNAVAILABLE', error: expect.stringMatching(/Try again soon/) },
  })
  expect(refused.headers.get('retry-after')).toBe('2')
  // Long enough for several looks at the database.
  await new Promise((resolve) => setTimeout(resolve, 2500))
  const waiting = log.filter((line) => line.includes('waiting: the database cannot be reached'))
  expect(waiting).toHaveLength(1)
  expect(log.filter((line) => /"level":"(?:error|fatal)"/.test(line))).toEqual([])

  await gate.open()
  undo.add(() => gate.close())
  // Ready means that the API serves, so the next request needs no wait.
  await until(api.port, '/readyz', 200)
  expect((await ask(api.port, graphql)).status).toBe(200)
})

test('an API that loses its database stays alive, is not ready, and recovers by itself', async () => {
  const { gate, log, makeRootCertificate, start } = await startBehindGate()
  await makeRootCertificate()
  const api = await start()
  undo.add(() => api.stop())
  await until(api.port, '/readyz', 200)
  await gate.close()
  await until(api.port, '/readyz', 503)
  expect((await ask(api.port, '/healthz')).status).toBe(200)
  const hook = await ask(api.port, '/hooks/acme.none').catch(() => undefined)
  expect(hook?.status).toBe(404)
  await gate.open()
  undo.add(() => gate.close())
  await until(api.port, '/readyz', 200)
  expect((await ask(api.port, graphql)).status).toBe(200)
  expect(log.filter((line) => line.includes('"level":"fatal"'))).toEqual([])
})

test('an API is not ready before a worker has made the root certificate, for nobody can create a workspace', async () => {
  const { gate, makeRootCertificate, start } = await startBehindGate()
  undo.add(() => gate.close())
  const api = await start()
  undo.add(() => api.stop())
  await until(api.port, graphql, 200)
  const early = await ask(api.port, '/readyz')
  expect(early.status).toBe(503)
  expect(early.body.reason).toMatch(/^there is no root certificate yet.*: start a worker/)
  await makeRootCertificate()
  await until(api.port, '/readyz', 200)
})
