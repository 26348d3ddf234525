import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { redisCommand } from '../../plugins/redis-command/redis-command.ts'
import { readReply } from '../../plugins/redis-command/reply.ts'
import { leakTest, testStep } from '../../src/steps/testing/index.ts'

const password = 'the-password-of-redis-4711'

let server: Server
let port: number
/** The commands that arrived. */
let received: string[][]
/** What is answered to the last command; undefined: nothing, for ever. */
let reply: string | undefined
beforeAll(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => answer(socket, bytes))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => new Promise((resolve) => server.close(resolve)))
beforeEach(() => {
  received = []
  reply = '+OK\r\n'
})

function answer(socket: Socket, bytes: Buffer): void {
  for (let rest = bytes, read = readReply(rest); read; read = readReply(rest)) {
    const command = read.value as string[]
    received.push(command)
    rest = rest.subarray(read.end)
    if (command[0] === 'AUTH')
      socket.write(command.at(-1) === password ? '+OK\r\n' : `-WRONGPASS ${command.at(-1)}\r\n`)
    else if (command[0] === 'SELECT') socket.write('+OK\r\n')
    else if (reply !== undefined) socket.write(reply)
    if (rest.length === 0) return
  }
}

const fields = (more: object = {}) => ({
  host: '127.0.0.1',
  port,
  tls: false,
  password: '{{ secrets.PASSWORD }}',
  command: ['SET', 'greeting', '{{ trigger.text }}'],
  ...more,
})
const run = (more: object = {}, options: object = {}) =>
  testStep(redisCommand, {
    fields: fields(more),
    secrets: { PASSWORD: password },
    trigger: { text: 'Hello\r\n*1\r\n$8\r\nFLUSHALL\r\n' },
    ...options,
  })

test('a command is sent after signing in, and a text stays one argument', async () => {
  const { error, output } = await run({ username: 'app', database: 2 })
  expect(error).toBeUndefined()
  expect(output).toEqual({ reply: 'OK' })
  expect(received).toEqual([
    ['AUTH', 'app', password],
    ['SELECT', '2'],
    ['SET', 'greeting', 'Hello\r\n*1\r\n$8\r\nFLUSHALL\r\n'],
  ])
})

test.each<[string, unknown]>([
  [':42\r\n', 42],
  ['$-1\r\n', null],
  ['$5\r\nH\u00e9lo\r\n', 'Hélo'],
  ['*2\r\n$1\r\na\r\n*1\r\n:1\r\n', ['a', [1]]],
])('the reply %j is %j', async (text, value) => {
  reply = text
  expect((await run()).output).toEqual({ reply: value })
})

test.each<[string, string, object, RegExp]>([
  ['-WRONGTYPE of greeting\r\n', 'STEP_FAILED', {}, /refused the command \(WRONGTYPE\)/],
  ['HTTP/1.1 400\r\n', 'REQUEST_FAILED', {}, /does not speak Redis/],
  ['+OK\r\n', 'INVALID_FIELD', { command: ['MONITOR'] }, /field "command"/],
  ['+OK\r\n', 'INVALID_FIELD', { command: [['GET', 'a']] }, /field "command"/],
])('the reply %j ends as %s', async (text, code, more, message) => {
  reply = text
  expect((await run(more)).error).toMatchObject({ code, message: expect.stringMatching(message) })
})

test('a password that is refused is not shown, and a bound one goes to its host and port alone', async () => {
  const { error } = await run({}, { secrets: { PASSWORD: 'another-password-0815' } })
  expect(error?.message).toMatch(/refused the command \(WRONGPASS\)/)
  received = []
  const bound = await run({}, { policies: { PASSWORD: { hosts: [`127.0.0.1:${port + 1}`] } } })
  expect(bound.error).toMatchObject({
    code: 'DESTINATION_NOT_ALLOWED',
    message: expect.stringContaining(`127.0.0.1:${port}`),
  })
  expect(received).toEqual([])
})

test('a server that is silent is left when the step is told to stop', async () => {
  reply = undefined
  const stop = AbortSignal.timeout(100)
  expect((await run({}, { signal: stop })).status).not.toBe('SUCCEEDED')
})

test('nothing of the password is shown', async () => {
  await leakTest(redisCommand, [
    { name: 'sets', fields: fields({ command: ['SET', 'a', 'b'] }), secrets: { PASSWORD: password } },
    { name: 'is refused', fields: fields({ command: ['GET', 'a'] }), fails: true },
    {
      name: 'test of the connection',
      fields: fields({ command: ['GET', 'a'] }),
      ask: { check: true },
      secrets: { PASSWORD: password },
    },
    {
      name: 'test of the connection that is refused',
      fields: fields({ command: ['GET', 'a'] }),
      ask: { check: true },
      fails: true,
    },
  ])
})
