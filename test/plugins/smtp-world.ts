import { createServer, type Socket } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { onTestFinished } from 'vitest'
import { TestAuthority } from '../egress/certificates.ts'

export const authority = new TestAuthority()
const { key, cert } = authority.issue(['smtp.test'])

/** A mail as the server received it. */
interface Received {
  readonly from: string
  readonly to: readonly string[]
  readonly source: string
  readonly secure: boolean
  readonly user: unknown
}

/** An SMTP server on this machine for the length of a test, which accepts `robot` with the password. */
export async function startSmtp(password: string, options: SMTPServerOptions = {}) {
  const received: Received[] = []
  const server = new SMTPServer({
    key,
    cert,
    logger: false,
    authOptional: true,
    closeTimeout: 0,
    onAuth(auth, _session, done) {
      const right = auth.username === 'robot' && auth.password === password
      // Like a careless server, it repeats what was sent in its answer.
      if (right) done(null, { user: auth.username })
      else done(new Error(`no entry for ${auth.username} with ${auth.password}`))
    },
    onData(stream, session, done) {
      const chunks: Uint8Array[] = []
      stream.on('data', (chunk: Uint8Array) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map((it) => it.address),
          source: Buffer.concat(chunks).toString(),
          secure: session.secure,
          user: session.user,
        })
        done()
      })
    },
    ...options,
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(resolve)))
  return { port: portOf(server.server.address()), received }
}

/** A TCP server that handles connections as it is told. */
export async function startTcp(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    serve(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return portOf(server.address())
}

/** A server that answers each line by its first word, and everything else with 250. */
export function startScript(answers: Readonly<Record<string, string>>): Promise<number> {
  return startTcp((socket) => {
    socket.write('220 scripted\r\n')
    socket.on('data', (data) => {
      const verb = data.toString().slice(0, 4).toUpperCase()
      socket.write(`${answers[verb] ?? '250 fine'}\r\n`)
    })
  })
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.')
  return address.port
}
