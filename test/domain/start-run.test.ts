import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { handleHook } from '../../src/api/hooks.ts'
import { startAutomation, startByHook } from '../../src/domain/start-run.ts'
import { createLogger } from '../../src/log.ts'

const log = createLogger('silent', 'test')
const publicJwk = generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' })
const kid = await calculateJwkThumbprint(publicJwk as JWK)
const automation = {
  workspace: 'acme',
  id: '00000000-0000-7000-8000-000000000001',
  name: 'Saved',
  version: 1,
  steps: [],
  hookSignature: null,
  hookAnswer: null,
  keys: [{ kid, publicJwk, signature: null }],
}

/** An automation that is always a version further than the one that was read. However often, it is one start. */
function savedMeanwhile() {
  let reads = 0
  let starts = 0
  const read = async () => ({ ...automation, version: ++reads })
  const intake = { automationById: read, automationByHook: read, add: async () => false }
  const limits = { takeStart: async () => void starts++ }
  return { parts: { intake, registry: new Map(), limits } as never, counts: () => ({ reads, starts }) }
}

test('an automation that is saved again and again while it is started is read a few times, and is not said to be gone', async () => {
  const { parts, counts } = savedMeanwhile()
  const started = startAutomation(parts, { label: 'Ada' } as never, `acme.${automation.id}`, {})
  await expect(started).rejects.toMatchObject({ code: 'CONFLICT' })
  expect(counts()).toEqual({ reads: 5, starts: 1 })
})

test('and the caller of its hook is asked to try again', async () => {
  const { parts } = savedMeanwhile()
  const runs = {
    findHook: async () => ({ token: 'token', automation }),
    takeHookCall: () => undefined,
    challengeIn: async () => undefined,
    startByHook: (...it: [never, unknown, never]) => startByHook(parts, ...it),
  }
  const hook = { token: 'token', query: new URLSearchParams() }
  const server = createServer((req, res) => void handleHook({ runs } as never, log, hook, req, res))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/hooks/token`, { method: 'POST', body: '{}' })
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
  expect(await answer.json()).toEqual({ error: expect.stringMatching(/Try again\.$/) })
})
