import { afterAll, afterEach, beforeAll } from 'vitest'
import type { EgressOptions } from '../../src/egress/index.ts'
import { TestAuthority } from './certificates.ts'
import {
  canary,
  client,
  type Handler,
  lookupIn,
  serve,
  stepSecrets,
  type TestServer,
  value,
} from './world.ts'

const authority = new TestAuthority()
export const hosts = {
  'api.test': ['127.0.0.21'],
  'sub.api.test': ['127.0.0.22'],
  'other.test': ['127.0.0.23'],
}
const issued = authority.issue(Object.keys(hosts))

/** The origins of the chains: `port` is another port of api.test, `tls` is https at api.test, and so on. */
const sites = ['api', 'port', 'sub', 'other', 'tls', 'tlsother'] as const
export type Site = (typeof sites)[number]

export const servers = new Map<Site, TestServer>()
export const bases = new Map<Site, string>()

/** `/canary/307-other/200-` answers 307 to the site `other` with the rest of the path. */
const answer: Handler = (_request, response, { path }) => {
  const [, , step = '', ...rest] = path.split('?')[0]?.split('/') ?? []
  const [status = '', to = ''] = step.split('-')
  const query = to.endsWith('+') ? `?key=${value}` : ''
  const target = bases.get(to.replace('+', '') as Site)
  if (target) response.setHeader('location', `${target}/${canary}/${rest.join('/')}${query}`)
  response.writeHead(Number(status))
  response.end('end')
}

/** Opens the sites for a test file, and clears their records after every test. */
export function openSites(): void {
  beforeAll(async () => {
    const open = async (site: Site, host: keyof typeof hosts, isTls: boolean) => {
      const server = await serve(hosts[host][0] ?? '', answer, isTls ? issued : undefined)
      servers.set(site, server)
      bases.set(site, `${isTls ? 'https' : 'http'}://${host}:${server.port}`)
    }
    await open('api', 'api.test', false)
    await open('port', 'api.test', false)
    await open('sub', 'sub.api.test', false)
    await open('other', 'other.test', false)
    await open('tls', 'api.test', true)
    await open('tlsother', 'other.test', true)
  })
  afterAll(async () => {
    for (const server of servers.values()) await server[Symbol.asyncDispose]()
  })
  afterEach(() => {
    for (const server of servers.values()) server.received.length = 0
  })
}

/** The URL that starts the chain `api 307 other 302 api`. */
export function chain(text: string): string {
  const [first = '', ...steps] = text.split(' ')
  const path: string[] = []
  for (let i = 0; i < steps.length; i += 2) path.push(`${steps[i]}-${steps[i + 1]}`)
  return `${bases.get(first as Site)}/${canary}/${[...path, '200-'].join('/')}`
}

export function lastReceived(site: Site) {
  return servers.get(site)?.received.at(-1)
}

/** A client for the sites, with one secret that is bound to the hosts. */
export function http(allowedHosts: readonly string[] = [], options: Partial<EgressOptions> = {}) {
  const secrets = stepSecrets({ TOKEN: { value, hosts: allowedHosts } })
  return client({ lookup: lookupIn(hosts), ca: authority.pem, ...options }, secrets)
}
