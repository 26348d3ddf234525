import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../config.ts'
import { createLogger } from '../log.ts'
import { mark } from '../secret-mark.ts'
import { createDemoClient, type DemoClient } from './demo-client.ts'
import { Releasers } from './releasers.ts'
import { startInstance } from './start.ts'

/** Writes a line for the person at the terminal. */
type Say = (line: string) => void

/**
 * The demo with real parts: an embedded PostgreSQL, the API, a worker and a small service. It prints what the
 * service received beside what the API shows of it.
 *
 * @param stay resolves when the instance should end, after its web app was left running.
 * @throws when any part of it fails.
 */
export async function runDemo(say: Say, stay: Promise<unknown> | undefined): Promise<void> {
  const undo = new Releasers()
  try {
    const service = await startService(undo)
    say(`✓ a small HTTP service listens at ${service.url}`)
    const { url, person } = await startDemoInstance(say, service.url, undo)
    await showMainJob(say, createDemoClient(url), person, service)
    if (!stay) return
    say(`\nThe web app runs at ${url}: sign in as ${person.email} with the password ${person.password}`)
    say('Press Ctrl+C to end it; the demo keeps nothing.')
    await stay
  } finally {
    await undo.release()
  }
}

interface Service {
  url: string
  received: { authorization: string; url: string }[]
}

/** A service that answers with all that it received, so it would leak a secret most easily. */
async function startService(undo: Releasers): Promise<Service> {
  const received: Service['received'] = []
  const server = createServer((request, response) => {
    const { url = '', headers } = request
    received.push({ url, authorization: headers.authorization ?? '' })
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ youSent: { url, headers } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  undo.add(() => server.close())
  undo.add(() => server.closeAllConnections())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received }
}

interface Person {
  name: string
  email: string
  password: string
}

async function startDemoInstance(
  say: Say,
  service: string,
  undo: Releasers,
): Promise<{ url: string; person: Person }> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-demo-'))
  undo.add(() => rm(folder, { recursive: true, force: true }))
  const port = await freePort(Number(process.env['PORT'] ?? 4000))
  const url = `http://localhost:${port}`
  // The processes of the instance inherit this environment. Variables for the person's own instance must not
  // affect the demo.
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('LOCKSTEP_') || name === 'DATABASE_URL') delete process.env[name]
  }
  Object.assign(process.env, {
    PORT: String(port),
    LOCKSTEP_WORKER_PORT: '0',
    LOCKSTEP_DATA: folder,
    LOCKSTEP_PUBLIC_URL: url,
    LOCKSTEP_EGRESS_ALLOW: new URL(service).host,
    LOCKSTEP_LOG: 'error',
  })
  say('… starting PostgreSQL (the first start creates the database)')
  const log = createLogger('error', 'demo')
  const ready = Promise.withResolvers<void>()
  const instance = await startInstance(readConfig(process.env), log, () => ready.resolve())
  undo.add(() => instance.stop())
  await Promise.race([
    ready.promise,
    instance.ended.then(() => Promise.reject(new Error('It did not start.'))),
  ])
  say('✓ API and worker run, each a process of its own')
  return {
    url,
    person: { name: 'Ada', email: 'ada@example.com', password: randomBytes(12).toString('base64url') },
  }
}

/** The wanted port, or any other when it is in use. */
function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createTcpServer()
    probe.once('error', () =>
      wanted === 0 ? reject(new Error('There is no free port.')) : resolve(freePort(0)),
    )
    probe.listen(wanted, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

async function showMainJob(say: Say, admin: DemoClient, person: Person, service: Service): Promise<void> {
  const value = `sk_live_${randomBytes(18).toString('base64url')}`
  await admin.signUp(person)
  await admin.createWorkspace('acme', 'Acme')
  say(`✓ ${person.name} signed up and made the workspace acme`)
  const secret = await admin.createSecret('acme', 'stripe key', value)
  say('✓ the admin stored a secret named "stripe key"')
  const member = await admin.memberToken('acme')
  const refused = await member.tryCreateSecret('acme', 'another one', value)
  const automation = await member.createAutomation('acme', 'Charge', {
    method: 'POST',
    url: `${service.url}/charges`,
    headers: [{ name: 'Authorization', value: 'Bearer {{ secrets.STRIPE_KEY }}' }],
    bodyKind: 'json',
    body: { amount: 1200, key: '{{ secrets.STRIPE_KEY }}' },
  })
  say('✓ a member put {{ secrets.STRIPE_KEY }} into a Custom HTTP step')
  say('… the worker runs it')
  const run = await member.run(automation)
  report(say, { value, secret, refused, run, received: service.received[0]?.authorization })
}

interface Findings {
  value: string
  secret: unknown
  refused: string
  run: { status: string; output: unknown }
  received: string | undefined
}

function report(say: Say, { value, secret, refused, run, received }: Findings): void {
  const shown = JSON.stringify(run.output, null, 2)
  say('')
  say(`the value that was stored        ${value}`)
  say(`what the service received        Authorization: ${received}`)
  say(`what the API gives of the secret ${JSON.stringify(secret)}`)
  say(`a member who adds a secret gets  ${refused}`)
  say(`the run (${run.status}), as the API shows it:\n${shown}`)
  const holds = {
    'the service received exactly the stored value': received === `Bearer ${value}`,
    'the API gives name and updatedAt and nothing else': !JSON.stringify(secret).includes(value),
    'the run succeeded': run.status === 'SUCCEEDED',
    [`its output shows ${mark('STRIPE_KEY')} and not the value`]:
      shown.includes(mark('STRIPE_KEY')) && !shown.includes(value),
    'a member cannot add a secret': refused === 'FORBIDDEN',
  }
  say('')
  for (const [what, held] of Object.entries(holds)) say(`${held ? '✓' : '✗'} ${what}`)
  if (Object.values(holds).includes(false)) throw new Error('The main job did not go as it should.')
}
