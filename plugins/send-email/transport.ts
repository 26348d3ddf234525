import { once } from 'node:events'
import { isIP, type Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import type { ConnectionOptions } from 'node:tls'
import { domainToASCII } from 'node:url'
import { KeyFault, trustOptions } from '../../src/key-material/index.ts'
import { fieldError, type StepContext } from '../../src/steps/index.ts'
import { describeFailure } from './failure.ts'
import type { SendEmailInput } from './fields.ts'
import type { Server } from './server.ts'

/**
 * Connects as the step may, so that the connection ends with the step and nobody sends without end.
 *
 * @throws AppError DESTINATION_NOT_ALLOWED, REQUEST_FAILED or TIMEOUT
 */
async function connectTo(
  { host, port, name }: Server,
  connect: StepContext['connect'],
  timeoutSeconds: number,
): Promise<Socket> {
  const socket = await connect(host, port)
  const late = AbortSignal.timeout(timeoutSeconds * 1000)
  try {
    await once(socket, 'connect', { signal: late })
    return socket
  } catch (error) {
    socket.destroy()
    // As nodemailer would say it.
    const code = late.aborted ? 'ETIMEDOUT' : 'ESOCKET'
    const { code: originalCode } = error as NodeJS.ErrnoException
    throw describeFailure(Object.assign(new Error(code), { code, originalCode }), name, false)
  }
}

/**
 * A connection for one mail.
 *
 * Nodemailer's log stays off, because it shows what is sent to the server, including credentials in base64.
 *
 * @throws AppError INVALID_FIELD, and as {@link connectTo}
 */
export async function transportTo(
  server: Server,
  connect: StepContext['connect'],
  input: SendEmailInput,
  senderDomain: string,
) {
  // The API knows this step type as well, and never sends a mail.
  const { createTransport } = await import('nodemailer')
  const timeout = input.timeoutSeconds * 1000
  const credentials = credentialsOf(input)
  const name = clientName(input, senderDomain)
  const tls = tlsOptions(server, input)
  // After what the fields say was read: a fault there is told before anybody is called.
  const socket = await connectTo(server, connect, input.timeoutSeconds)
  const transport = createTransport({
    connection: socket,
    host: server.host,
    port: server.port,
    name,
    secure: input.security === 'tls',
    // Without it, an attacker in between could remove STARTTLS from the greeting and read the password.
    requireTLS: input.security === 'starttls',
    ignoreTLS: input.security === 'none',
    tls,
    ...(credentials && { auth: credentials, forceAuth: true }),
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    socketCloseTimeout: 0,
    logger: false,
    debug: false,
    // The mail consists only of text. No part of it may name a file of the worker, or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return { transport, socket }
}

/** Tells whether the server was being given a mail: if the connection breaks then, it may have taken it. */
export function watchHandover(
  transport: Awaited<ReturnType<typeof transportTo>>['transport'],
): () => boolean {
  let begun = false
  transport.use('stream', (mail, done) => {
    // Nodemailer asks for the text of the mail once the server has accepted the login.
    mail.message.transform(() => {
      begun = true
      return new PassThrough()
    })
    done()
  })
  return () => begun
}

function tlsOptions({ host }: Server, { certificateAuthority }: SendEmailInput): ConnectionOptions {
  return {
    // The connection uses an address, but the certificate is for the name.
    ...(isIP(host) === 0 && { servername: host }),
    ...(certificateAuthority && trusting(certificateAuthority)),
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
  }
}

/**
 * What is said in EHLO (RFC 5321, section 4.1.1.1). Without it, nodemailer says the address of this machine, such as
 * [127.0.0.1], which many relays refuse.
 */
function clientName({ clientName: given = '' }: SendEmailInput, senderDomain: string): string {
  const name = given.trim()
  if (name === '') return senderDomain
  const isLiteral = /^\[(?:IPv6:)?[0-9A-Fa-f.:]{2,45}\]$/.test(name)
  const ascii = isLiteral ? name : domainToASCII(name)
  if (
    isLiteral ||
    /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(ascii)
  )
    return ascii
  throw fieldError(
    { field: 'clientName' },
    'must be a host name, such as robot.example.com, or an address in brackets.',
  )
}

function credentialsOf({ username, password }: SendEmailInput): { user: string; pass: string } | undefined {
  const user = username?.reveal() ?? ''
  const pass = password?.reveal() ?? ''
  if (user === '' && pass === '') return undefined
  if (user !== '' && pass !== '') return { user, pass }
  const missing = user === '' ? 'username' : 'password'
  throw fieldError({ field: missing }, 'is empty. Give both user name and password.')
}

function trusting(authority: string): ConnectionOptions {
  try {
    return trustOptions(authority)
  } catch (error) {
    if (!(error instanceof KeyFault)) throw error
    throw fieldError({ field: 'certificateAuthority' }, `${error.message}.`)
  }
}
