import { isIP } from 'node:net'
import { PassThrough } from 'node:stream'
import type { ConnectionOptions } from 'node:tls'
import { domainToASCII } from 'node:url'
import { KeyFault, trustOptions } from '../../src/key-material/index.ts'
import { fieldError } from '../../src/steps/index.ts'
import type { SendEmailInput } from './fields.ts'
import type { Server } from './server.ts'

/**
 * A connection for one mail.
 *
 * Nodemailer's log stays off, because it shows what is sent to the server, including credentials in base64.
 *
 * @param address of the server, as `context.lookup` returned it; there is no second look-up.
 * @throws AppError INVALID_FIELD
 */
export async function transportTo(
  server: Server,
  address: string,
  input: SendEmailInput,
  senderDomain: string,
) {
  // The API knows this step type as well, and never sends a mail.
  const { createTransport } = await import('nodemailer')
  const timeout = input.timeoutSeconds * 1000
  const credentials = credentialsOf(input)
  return createTransport({
    host: address,
    port: server.port,
    name: clientName(input, senderDomain),
    secure: input.security === 'tls',
    // Without it, an attacker in between could remove STARTTLS from the greeting and read the password.
    requireTLS: input.security === 'starttls',
    ignoreTLS: input.security === 'none',
    tls: tlsOptions(server, input),
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
}

/** Tells whether the server was being given a mail: if the connection breaks then, it may have taken it. */
export function watchHandover(transport: Awaited<ReturnType<typeof transportTo>>): () => boolean {
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
