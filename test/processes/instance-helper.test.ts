import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startInstance, type TestInstance } from '../../src/steps/testing/index.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const password = 'the-password-of-redis-4711'
const value = 'a-session-that-nobody-sees-0815'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 150_000 })

let redis: Server
let database: TestDatabase
let instance: TestInstance
beforeAll(async () => {
  redis = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      const isRight = bytes.includes(password)
      socket.write(isRight ? `+OK\r\n$${value.length}\r\n${value}\r\n` : '-WRONGPASS no\r\n-NOAUTH no\r\n')
    })
  })
  await new Promise<void>((resolve) => redis.listen(0, '127.0.0.1', resolve))
  database = await createTestDatabase('template0')
  const env = { DATABASE_URL: database.url.reveal() }
  instance = await startInstance({ plugins: ['./examples/step-types/read-redis.ts'], env })
})
afterAll(async () => {
  await instance[Symbol.asyncDispose]()
  await database.drop()
  redis.close()
})

const stepsOf = () => [
  {
    key: 'read',
    type: 'read-redis',
    fields: {
      ...{ host: '127.0.0.1', port: (redis.address() as AddressInfo).port, tls: false, key: 'session' },
      password: '{{ secrets.PASSWORD }}',
    },
  },
  {
    key: 'use',
    type: 'set-values',
    fields: { values: [{ name: 'it', value: '{{ steps.read.output.value }}' }] },
  },
]

test("an author's step runs in an instance, isolated, and the helper gives back the run as people see it", async () => {
  const run = await instance.run({ steps: stepsOf(), secrets: { PASSWORD: password }, input: {} })
  expect(run.error).toBeNull()
  expect(run.status).toBe('SUCCEEDED')
  expect(run.steps.map(({ key, status }) => [key, status])).toEqual([
    ['read', 'SUCCEEDED'],
    ['use', 'SUCCEEDED'],
  ])
  const shown = JSON.stringify(run) + instance.log.join('\n')
  for (const it of [password, value]) expect(shown).not.toContain(it)
  expect(instance.log.some((line) => line.includes('a plugin runs in a process of its own'))).toBe(true)
})

test('a run that fails is given back with its error, and a secret may have another value in the next run', async () => {
  const run = await instance.run({ steps: stepsOf(), secrets: { PASSWORD: 'another-password-0815' } })
  expect(run).toMatchObject({
    status: 'FAILED',
    error: { code: 'STEP_FAILED', message: 'Step read: Redis refused the password or the command.' },
  })
})
