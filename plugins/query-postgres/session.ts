import { isIP, Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { ConnectionOptions } from 'node:tls'
import pg from 'pg'
import { KeyFault, trustOptions } from '../../src/key-material/index.ts'
import { AppError, fieldError } from '../../src/steps/index.ts'
import type { Target } from './connection-string.ts'
import { describeFailure } from './failure.ts'
import type { QueryPostgresInput } from './fields.ts'

const MAX_BYTES = 16 * 1024 * 1024
// How long closing the connection may take, in milliseconds.
const CLOSE_GRACE = 1000

/** A connection to the database, open until it is disposed. */
export interface Session extends AsyncDisposable {
  readonly client: pg.Client
  /** Ends the connection at once. Pending work on it fails. */
  abort(): void
  /** Why this side has ended the connection, if it has. */
  readonly broken: AppError | undefined
}

/**
 * Connects.
 *
 * @param address of the server, as `context.lookup` returned it; there is no second look-up.
 * @param signal ends only the attempt to connect.
 * @throws AppError REQUEST_FAILED, TIMEOUT or STEP_FAILED
 */
export async function openSession(
  target: Target,
  address: string,
  input: QueryPostgresInput,
  signal?: AbortSignal,
): Promise<Session> {
  const socket = new Socket()
  const client = new pg.Client(configOf(target, address, input, socket))
  // Set here, because pg takes what is absent from PGOPTIONS. Poolers refuse settings, so none is among them.
  Object.assign(Reflect.get(client, 'connectionParameters') as object, { options: target.options })
  // The failing query reports the error. Without a listener it would end the process.
  client.on('error', () => {})
  const stop = () => socket.destroy()
  signal?.addEventListener('abort', stop)
  try {
    await client.connect()
  } catch (error) {
    socket.destroy()
    throw describeFailure(error, target.name, 'connect')
  } finally {
    signal?.removeEventListener('abort', stop)
  }
  return sessionOf(client, socket, target)
}

function sessionOf(client: pg.Client, socket: Socket, target: Target): Session {
  let broken: AppError | undefined
  let received = 0
  // This counts decrypted bytes. pg would wait for the end of a message of any size.
  client.connection.stream.on('data', (chunk: Uint8Array) => {
    received += chunk.length
    if (received <= MAX_BYTES) return
    broken = tooLarge(target)
    socket.destroy()
  })
  return {
    client,
    abort: () => socket.destroy(),
    get broken() {
      return broken
    },
    async [Symbol.asyncDispose]() {
      await Promise.race([client.end(), setTimeout(CLOSE_GRACE, undefined, { ref: false })])
      socket.destroy()
    },
  }
}

/**
 * Every option is set, because pg takes a missing or empty one from the environment and the files of the worker.
 */
function configOf(
  target: Target,
  address: string,
  input: QueryPostgresInput,
  socket: Socket,
): pg.ClientConfig {
  return {
    stream: () => socket,
    host: address,
    port: target.port,
    user: target.user,
    // A function, because pg would replace an empty password with PGPASSWORD.
    password: () => target.password,
    database: target.database,
    ssl: input.ssl === 'verify' && tlsOptions(target, input),
    sslnegotiation: 'postgres',
    enableChannelBinding: target.channelBinding,
    application_name: target.applicationName,
    client_encoding: 'UTF8',
    connectionTimeoutMillis: input.timeoutSeconds * 1000,
  }
}

function tlsOptions({ host }: Target, { certificateAuthority }: QueryPostgresInput): ConnectionOptions {
  return {
    // The connection uses an address, but the certificate is for the name.
    ...(isIP(host) === 0 && { servername: host }),
    ...(certificateAuthority && trusting(certificateAuthority)),
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
  }
}

function tooLarge({ name }: Target): AppError {
  const size = `${MAX_BYTES / 1024 / 1024} MiB`
  return new AppError('RESPONSE_TOO_LARGE', `The answer of ${name} is over ${size}. Ask for less.`)
}

function trusting(authority: string): ConnectionOptions {
  try {
    return trustOptions(authority)
  } catch (error) {
    if (!(error instanceof KeyFault)) throw error
    throw fieldError({ field: 'certificateAuthority' }, `${error.message}.`)
  }
}
