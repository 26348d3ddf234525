import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { checkFile } from '../../src/audit/file-check.ts'
import { startAuditStream } from '../../src/audit/stream.ts'
import { createSyslog } from '../../src/audit/syslog.ts'
import { createEgress, parseEgressAllow } from '../../src/egress/index.ts'
import { TestAuthority } from '../egress/certificates.ts'
import { type AuditLog, openAuditLog } from './audit-log.ts'

vi.setConfig({ testTimeout: 120_000 })

const authority = new TestAuthority()
const trusted = getCACertificates('default')
beforeAll(() => setDefaultCACertificates([...trusted, authority.pem]))
afterAll(() => setDefaultCACertificates(trusted))

/** A syslog server. It cuts the first `cuts` connections after some bytes. */
async function openSyslog({ tls = false, issuer = authority, cuts = 0 } = {}) {
  const streams: string[] = []
  let left = cuts
  const serve = (socket: Socket) => {
    const chunks: Buffer[] = []
    const isCut = left-- > 0
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      if (isCut) socket.resetAndDestroy()
    })
    socket.on('end', () => streams.push(Buffer.concat(chunks).toString()))
  }
  const server = tls ? createTlsServer(issuer.issue(['127.0.0.1']), serve) : createServer(serve)
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { url: `syslog+${tls ? 'tls' : 'tcp'}://127.0.0.1:${port}`, streams }
}

function start(log: AuditLog, url: string, allow = '127.0.0.0/8') {
  const egress = createEgress({ allow: parseEgressAllow(allow) })
  const lookup = egress.lookupForStep({
    workspace: '@audit',
    find: () => [],
    prepare: async () => undefined,
    policies: new Map(),
    inHand: [],
    anyPlace: new Set<string>(),
    isAllInHand: true,
    signal: new AbortController().signal,
  })
  const target = createSyslog(url, lookup)
  const stop = startAuditStream({ store: log.store, log: log.signing.log, target, mayWork: () => true })
  return async () => {
    await stop()
    await egress.close()
  }
}

/** The messages of a stream in which each has its length before it. */
function messagesIn(stream: string): string[] {
  const messages: string[] = []
  for (let bytes = Buffer.from(stream); bytes.length > 0; ) {
    const [digits = ''] = /^[1-9]\d* /.exec(bytes.toString('latin1')) ?? []
    expect(digits).not.toBe('')
    messages.push(bytes.subarray(digits.length, digits.length + Number(digits)).toString())
    bytes = bytes.subarray(digits.length + Number(digits))
  }
  return messages
}

const FORM = /^<110>1 (\d{4}-\d\d-\d\dT[\d:.]+Z|-) \S+ lockstep \d+ (\S+) - (\uFEFF?)(\{.*\})$/s
const linesOf = (streams: readonly string[]) =>
  streams.flatMap(messagesIn).map((it) => FORM.exec(it)?.[4] ?? it)

test.each([true, false])('every row arrives as a message that can be verified (TLS: %s)', async (tls) => {
  const log = await openAuditLog()
  await log.write(600)
  await log.link()
  await log.sign()
  const { url, streams } = await openSyslog({ tls })
  const stop = start(log, url)
  await vi.waitUntil(() => streams.length === 2, { timeout: 30_000 })
  await stop()
  expect(streams.flatMap(messagesIn).find((it) => !FORM.test(it))).toBeUndefined()
  async function* lines() {
    for (const text of linesOf(streams)) if (!text.startsWith('{"checkpoint"')) yield { text }
  }
  const { chains } = await checkFile(lines(), async () => undefined)
  expect(chains).toMatchObject([{ workspace: 'acme', rows: 600, to: 600, problems: [] }])
})

test('text beyond ASCII is announced as UTF-8, and a name of an action stays within its bounds', async () => {
  const log = await openAuditLog()
  await log.write(1)
  await log.database.query(`update audit_event set target = 'Prüfung' where sequence is null`)
  await log.link()
  const { url, streams } = await openSyslog()
  const stop = start(log, url)
  await vi.waitUntil(() => streams.length === 1)
  await stop()
  const [message = ''] = streams.flatMap(messagesIn)
  expect(FORM.exec(message)?.[3]).toBe('\uFEFF')
  expect(message).toContain('"target":"Prüfung"')
})

test('what a server has not read to its end is sent again', async () => {
  const log = await openAuditLog()
  await log.write(5)
  await log.link()
  const { url, streams } = await openSyslog({ cuts: 1 })
  const stop = start(log, url)
  await vi.waitUntil(() => streams.length === 1, { timeout: 30_000 })
  await stop()
  expect(linesOf(streams)).toHaveLength(5)
  expect(log.lines.some((it) => it.includes('could not be sent'))).toBe(true)
})

test('a server with the certificate of a stranger hears nothing, and neither does a private address that nobody allowed', async () => {
  const log = await openAuditLog()
  await log.write(5)
  await log.link()
  const foreign = await openSyslog({ tls: true, issuer: new TestAuthority() })
  const own = await openSyslog()
  const stop = [start(log, foreign.url), start(log, own.url, '')]
  const failures = () => log.lines.filter((it) => it.includes('could not be sent')).length
  await vi.waitUntil(() => failures() >= 2, { timeout: 30_000 })
  await Promise.all(stop.map((it) => it()))
  expect([foreign.streams, own.streams]).toEqual([[], []])
  expect(await log.database.query('select 1 from audit_stream')).toEqual([])
})

test('a worker that is told to stop while the host is looked up does not wait for the server', async () => {
  const server = createServer(
    { allowHalfOpen: true },
    (socket) => void socket.resume().on('error', () => undefined),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const stopping = new AbortController()
  const target = createSyslog(`syslog+tcp://127.0.0.1:${port}`, async (host) => {
    stopping.abort()
    return host
  })
  const batch = { workspace: 'acme', first: 1, last: 1, lines: ['{}'] }
  await expect(target.send(batch, stopping.signal)).rejects.toThrow()
})
