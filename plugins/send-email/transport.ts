import { isIP } from 'node:net'
import { PassThrough } from 'node:stream'
import type { ConnectionOptions } from 'node:tls'
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
export async function transportTo(server: Server, address: string, input: SendEmailInput) {
  // The API knows this step type as well, and never sends a mail.
  const { createTransport } = await import('nodemailer')
  const timeout = input.timeoutSeconds * 1000
  const credentials = credentialsOf(input)
  return createTransport({
    host: address,
    port: server.port,
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
