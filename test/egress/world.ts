import { once } from 'node:events'
import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer, type ServerOptions } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { expect } from 'vitest'
import {
  createEgress,
  type Egress,
  type EgressOptions,
  type Http,
  parseEgressAllow,
  type StepSecrets,
} from '../../src/egress/index.ts'
import { AppError, type ErrorCode } from '../../src/errors.ts'
import {
  anywhere,
  inBothSchemes,
  type Policy,
  type PolicyDraft,
  readPolicy,
} from '../../src/secret/policy.ts'

/** In every path, query, user info, header and value of these tests. No message may contain it. */
export const canary = 'canary'

/** A path and query as the tests request them. */
export const privatePath = `/${canary}-path?${canary}-query=1`

/** The value of a secret of these tests. */
export const value = `${canary}-value-4711`

export interface Received {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string
}

export type Handler = (request: IncomingMessage, response: ServerResponse, received: Received) => void

/** A server on an address of 127.0.0.0/8 that records its requests. */
export interface TestServer extends AsyncDisposable {
  port: number
  received: Received[]
  connections: () => number
}

export async function serve(
  address: string,
  handler: Handler,
  tls?: ServerOptions,
  port = 0,
): Promise<TestServer> {
  const received: Received[] = []
  const onRequest = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk)
    } catch {
      return
    }
    const { method = '', url = '', headers } = request
    const one = { method, path: url, headers, body: Buffer.concat(chunks).toString() }
    received.push(one)
    handler(request, response, one)
  }
  const listener = (request: IncomingMessage, response: ServerResponse) => void onRequest(request, response)
  const server = tls ? createHttpsServer(tls, listener) : createHttpServer(listener)
  return listen(server, address, received, port)
}

/** A server that may answer anything, HTTP or not. */
export function serveRaw(address: string, onConnection: (socket: Socket) => void): Promise<TestServer> {
  return listen(createTcpServer(onConnection), address, [])
}

/** Resolves hosts from a table; every other host is unknown. */
export function lookupIn(hosts: Readonly<Record<string, readonly string[]>>) {
  return async (host: string) => {
    const addresses = hosts[host]
    if (!addresses) throw Object.assign(new Error(`${canary} ${host}`), { code: 'ENOTFOUND' })
    return addresses.map((address) => ({
      address,
      family: address.includes(':') ? (6 as const) : (4 as const),
    }))
  }
}

interface StepSecret {
  value: string
  /** For every scheme. */
  hosts?: readonly string[]
  policy?: PolicyDraft
  earlier?: boolean
}

function policiesOf({ hosts, policy }: StepSecret): Policy[] {
  const byHosts = hosts ? [{ ...anywhere, hosts: inBothSchemes(hosts) }] : []
  return policy ? [...byHosts, readPolicy(policy)] : byHosts
}

export function stepSecrets(
  values: Readonly<Record<string, StepSecret>> = {},
  signal: AbortSignal = new AbortController().signal,
  workspace = 'workspace',
): StepSecrets {
  const entries = Object.entries(values)
  return {
    workspace,
    signal,
    policies: new Map(entries.map(([name, it]) => [name, policiesOf(it)])),
    anyPlace: new Set(),
    inHand: entries.filter(([, it]) => !it.earlier).map(([name]) => name),
    prepare: async () => undefined,
    find(input) {
      const text = typeof input === 'string' ? input : Buffer.from(input).toString()
      return entries
        .filter(([, it]) =>
          [it.value, encodeURIComponent(it.value), Buffer.from(it.value).toString('base64')].some((form) =>
            text.includes(form),
          ),
        )
        .map(([name]) => name)
    },
  }
}

/** A client with the loopback network allowed, and the egress behind it. */
export function client(
  options: Partial<EgressOptions> = {},
  secrets: StepSecrets = stepSecrets(),
): Http & { egress: Egress } {
  const egress = createEgress({ allow: parseEgressAllow('127.0.0.0/8'), backOffMs: 1, ...options })
  return Object.assign(egress.forStep(secrets), { egress })
}

/** Waits for a refusal with this code, and checks that its message has no path, no query and no value. */
export async function refusal(work: Promise<unknown>, code: ErrorCode): Promise<AppError> {
  const error = await work.then(
    () => new Error('was not refused'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(AppError)
  if (!(error instanceof AppError)) throw error
  expect({ code: error.code, message: error.message }).toEqual({ code, message: expect.any(String) })
  expect(`${error.message} ${error.stack} ${JSON.stringify(error.cause)}`).not.toContain(canary)
  return error
}

export async function listen(
  server: Server,
  address: string,
  received: Received[],
  port = 0,
): Promise<TestServer> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('tlsClientError', () => {})
  server.listen(port, address)
  await once(server, 'listening')
  return {
    port: portOf(server.address()),
    received,
    connections: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
