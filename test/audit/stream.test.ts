import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { checkFile } from '../../src/audit/file-check.ts'
import { startAuditStream } from '../../src/audit/stream.ts'
import { createWebhook } from '../../src/audit/webhook.ts'
import { createEgress, parseEgressAllow } from '../../src/egress/index.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { type AuditLog, openAuditLog } from './audit-log.ts'

vi.setConfig({ testTimeout: 120_000 })

const SECRET = 'a secret of the stream 5518'

interface Received {
  headers: IncomingHttpHeaders
  body: string
}

/** A receiver that answers with these statuses first, and then with 200. */
async function openReceiver(...statuses: number[]) {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
    response.writeHead(statuses.shift() ?? 200).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/audit?token=abc`, received }
}

function start(log: AuditLog, url: string, { allow = '127.0.0.0/8', mayWork = () => true as boolean } = {}) {
  const egress = createEgress({ allow: parseEgressAllow(allow) })
  const nothing = {
    find: () => [],
    prepare: async () => undefined,
    policies: new Map(),
    inHand: [],
    anyPlace: new Set<string>(),
  }
  const http = egress.forStep({
    ...nothing,
    workspace: '@audit',
    isAllInHand: true,
    signal: new AbortController().signal,
  })
  const target = createWebhook(url, new Sensitive(SECRET), http)
  const stop = startAuditStream({ store: log.store, log: log.signing.log, target, mayWork })
  return async () => {
    await stop()
    await egress.close()
  }
}

const rowsOf = (received: readonly Received[]) =>
  received.flatMap(({ body }) => body.trim().split('\n')).filter((it) => !it.startsWith('{"checkpoint"'))

test('every row is sent in order, signed, and a batch that was refused is sent again', async () => {
  const log = await openAuditLog()
  await log.write(700)
  await log.write(3, 'globex')
  await log.link()
  await log.sign()
  const { url, received } = await openReceiver(503)
  const stop = start(log, url)
  await vi.waitUntil(() => received.length === 4, { timeout: 30_000 })
  await stop()
  const [refused, ...taken] = received
  expect(refused?.body).toBe(taken[0]?.body)
  expect(refused?.headers['webhook-id']).toBe(taken[0]?.headers['webhook-id'])
  for (const { headers, body } of taken) {
    const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = headers
    const hmac = createHmac('sha256', SECRET).update(`${id}.${time}.${body}`).digest('base64')
    expect(signature).toBe(`v1,${hmac}`)
  }
  const rows = rowsOf(taken)
  async function* lines() {
    for (const text of rows) yield { text }
  }
  const { chains } = await checkFile(lines(), async () => undefined)
  expect(chains).toMatchObject([
    { workspace: 'acme', rows: 700, to: 700, problems: [] },
    { workspace: 'globex', rows: 3, problems: [] },
  ])
  expect(log.lines.join('')).not.toMatch(/token=abc|5518/)
})

test('what comes later is sent once it is linked, from where the target was, whatever process sends', async () => {
  const log = await openAuditLog()
  await log.write(5)
  await log.link()
  const { url, received } = await openReceiver()
  const stop = start(log, url)
  await vi.waitUntil(() => rowsOf(received).length === 5)
  await stop()
  await log.write(2)
  await log.link()
  const stopOthers = [start(log, url), start(log, url)]
  await vi.waitUntil(() => rowsOf(received).length >= 7)
  await Promise.all(stopOthers.map((it) => it()))
  expect(rowsOf(received).map((it) => JSON.parse(it).sequence)).toEqual([1, 2, 3, 4, 5, 6, 7])
})

test('a private address that nobody allowed hears nothing, and neither does anybody from a paused instance', async () => {
  const log = await openAuditLog()
  await log.write(5)
  await log.link()
  const { url, received } = await openReceiver()
  const stop = [start(log, url, { allow: '' }), start(log, url, { mayWork: () => false })]
  await vi.waitUntil(() => log.lines.some((it) => it.includes('could not be sent')))
  await Promise.all(stop.map((it) => it()))
  expect(received).toEqual([])
  expect(await log.database.query('select 1 from audit_stream')).toEqual([])
})
