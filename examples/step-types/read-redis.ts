import { once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { AppError, defineStep, field } from '@lockstep/steps'

/** A command of Redis: a list of texts with their lengths, so that no text can become a second command. */
function encoded(parts: readonly string[]): string {
  return `*${parts.length}\r\n${parts.map((it) => `$${Buffer.byteLength(it)}\r\n${it}\r\n`).join('')}`
}

/** What the server has answered to AUTH and GET so far; undefined: not yet all of it. */
function valueIn(answer: Buffer): string | null | undefined {
  const [auth, head] = answer.toString('latin1').split('\r\n', 2)
  // The words of an error may repeat what was sent.
  if (auth?.startsWith('-') || head?.startsWith('-'))
    throw new AppError('STEP_FAILED', 'Redis refused the password or the command.')
  const isWhole = answer.indexOf('\r\n', (auth?.length ?? 0) + 2) > 0
  if (auth === undefined || head === undefined || !isWhole) return undefined
  if (!head.startsWith('$'))
    throw new AppError('STEP_FAILED', 'The server does not speak Redis, or the key holds no text.')
  const length = Number(head.slice(1))
  if (length < 0) return null
  const start = auth.length + head.length + 4
  return answer.length < start + length + 2 ? undefined : answer.toString('utf8', start, start + length)
}

async function read(socket: Socket, most: number): Promise<string | null> {
  let answer: Buffer = Buffer.alloc(0)
  for await (const chunk of socket) {
    answer = Buffer.concat([answer, chunk as Buffer])
    if (answer.length > most)
      throw new AppError('RESPONSE_TOO_LARGE', 'The value is larger than a step may receive.')
    const value = valueIn(answer)
    if (value !== undefined) return value
  }
  throw new AppError('REQUEST_FAILED', 'Redis closed the connection before it had answered.')
}

/** Reads a value from Redis, which is as secret as the password: a session, a token of another service. */
export default defineStep({
  type: 'read-redis',
  title: 'Read from Redis',
  description: 'Reads the value of a key for later steps. Nobody sees it.',
  fields: {
    host: field.text({ label: 'Host', required: true }),
    port: field.number({ label: 'Port', min: 1, max: 65_535, integer: true, default: 6379 }),
    tls: field.boolean({ label: 'TLS', default: true }),
    password: field.text({ label: 'Password', required: true, secrets: true }),
    key: field.text({ label: 'Key', required: true }),
  },
  // What is marked is protected without a call.
  output: { type: 'object', properties: { value: { type: ['string', 'null'], protected: true } } },
  repeatable: true,
  destinations: ({ host, port }) => [`${host.includes(':') ? `[${host}]` : host}:${port}`],
  async run({ host, port, tls, password, key }, { lookup, signal, maxResponseBytes }) {
    // Checked: connect to exactly this address, and name the host in TLS.
    const address = await lookup(host, port)
    const name = isIP(host) === 0 ? { servername: host } : {}
    const socket = tls ? connectTls({ host: address, port, ...name }) : connect({ host: address, port })
    const stop = () => void socket.destroy()
    signal.addEventListener('abort', stop, { once: true })
    try {
      signal.throwIfAborted()
      await once(socket, tls ? 'secureConnect' : 'connect', { signal })
      socket.write(encoded(['AUTH', password.reveal()]) + encoded(['GET', key]))
      return { value: await read(socket, maxResponseBytes) }
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof AppError) throw error
      // The words of such errors may hold what was sent.
      throw new AppError(
        'REQUEST_FAILED',
        `${host} cannot be reached, or does not speak Redis. Check port and TLS.`,
      )
    } finally {
      signal.removeEventListener('abort', stop)
      socket.destroy()
    }
  },
})
