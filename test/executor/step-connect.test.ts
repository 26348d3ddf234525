import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createConnect } from '../../src/executor/step-connect.ts'
import { TestAuthority } from '../egress/certificates.ts'

let plain: Server
let secure: Server
const LOT = Buffer.alloc(400_000)
const talk = (socket: Socket) => {
  socket.on('error', () => undefined)
  socket.on('data', () => socket.write(LOT))
}
beforeAll(async () => {
  plain = createServer(talk)
  secure = createTlsServer({ ...new TestAuthority().issue(['localhost']) }, talk)
  for (const it of [plain, secure]) await new Promise<void>((resolve) => it.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  plain.close()
  secure.close()
})

const portOf = (server: Server) => (server.address() as AddressInfo).port
const lookup = async () => '127.0.0.1'

function open(maxResponseBytes = 10 * LOT.length) {
  const stop = new AbortController()
  return { stop, ...createConnect({ lookup, maxResponseBytes, signal: stop.signal }) }
}

/** Why a socket was destroyed. */
const endOf = (socket: Socket) =>
  new Promise<Error | undefined>((resolve) => {
    let why: Error | undefined
    socket.on('error', (error) => {
      why = error
    })
    socket.on('close', () => resolve(why))
    socket.resume()
  })

test('a connection ends with the reason for which the step is told to stop', async () => {
  const { connect, stop, close } = open()
  const ended = endOf(await connect('localhost', portOf(plain)))
  stop.abort(new Error('its time is up'))
  expect(await ended).toMatchObject({ message: 'its time is up' })
  await expect(connect('localhost', portOf(plain))).rejects.toThrow('its time is up')
  close()
})

test('a connection that the step has forgotten ends with the step', async () => {
  const { connect, close } = open()
  const ended = endOf(await connect('localhost', portOf(plain)))
  close()
  expect(await ended).toBeUndefined()
})

test.each(['plain', 'TLS'])('more than a step may receive ends its %s connections', async (how) => {
  const { connect, close } = open(LOT.length)
  const server = how === 'TLS' ? secure : plain
  const line = await connect('localhost', portOf(server))
  const ended = endOf(line)
  const socket = how === 'TLS' ? connectTls({ socket: line, rejectUnauthorized: false }) : line
  socket.on('error', () => undefined)
  socket.resume()
  await once(socket, how === 'TLS' ? 'secureConnect' : 'connect')
  socket.write('once')
  socket.write('and again')
  setTimeout(() => socket.write('and again'), 5)
  expect(await ended).toMatchObject({ code: 'RESPONSE_TOO_LARGE' })
  close()
})
