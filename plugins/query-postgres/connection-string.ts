import {
  type PostgresAddress,
  readPostgresAddress,
  tlsMode,
  UnusableAddress,
} from '../../src/postgres-address/index.ts'
import { type AppError, fieldError } from '../../src/steps/index.ts'
import type { QueryPostgresInput } from './fields.ts'
import { readOptions } from './startup-options.ts'

/** The address of the database and the credentials. */
export interface Target {
  /** In the spelling of certificates and of the hosts of secrets; IPv6 without brackets. */
  readonly host: string
  readonly port: number
  /** `host:port`, the only part that a message shows. */
  readonly name: string
  readonly user: string
  readonly password: string
  readonly database: string
  readonly applicationName: string
  /** What a provider's own door reads when a connection begins, such as Neon's `endpoint=…`. */
  readonly options: string | undefined
  /** Settings of the string, such as `search_path`. A statement in the transaction sets them: poolers refuse them before. */
  readonly settings: ReadonlyMap<string, string>
  readonly channelBinding: boolean
}

/**
 * Parameters that are refused, each with the reason. The others of libpq and of known clients are done here or change
 * nothing. Those of files stop a string from naming files of the worker.
 */
const OF_FILES = 'it names a file, and a step reads none. Put the certificate into "certificateAuthority".'
const refusals: Readonly<Record<string, string>> = {
  hostaddr: 'the host alone says where the connection goes.',
  load_balance_hosts: 'a step connects to one host.',
  service: 'it names a file, and a step reads none. Write the host and the other parts.',
  servicefile: 'it names a file, and a step reads none. Write the host and the other parts.',
  passfile: 'it names a file, and a step reads none. Put the password into the string.',
  sslcert: 'a client certificate is not supported.',
  sslkey: 'a client certificate is not supported.',
  sslpassword: 'a client certificate is not supported.',
  sslidentity: 'a client certificate is not supported.',
  sslrootcert: OF_FILES,
  sslcrl: OF_FILES,
  sslcrldir: OF_FILES,
  replication: 'a step runs one statement, and does not replicate.',
  requirepeer: 'it is for sockets of the same machine.',
  require_auth: 'which kinds of sign-in are taken cannot be chosen.',
}

/**
 * Reads the connection string as providers and programs write it.
 *
 * @throws AppError INVALID_FIELD with the fault: the name of a parameter, or the part that is missing. It repeats no other
 * part of the string.
 */
export function readTarget({ connectionString, ssl }: QueryPostgresInput): Target {
  try {
    const address = readPostgresAddress(connectionString.reveal())
    checkParameters(address.parameters, ssl)
    return targetOf(address)
  } catch (error) {
    if (error instanceof UnusableAddress) throw refused(error.message)
    throw error
  }
}

function targetOf(address: PostgresAddress): Target {
  const { user, password, database, parameters } = address
  const { host, port } = readHost(address)
  if (user === '') throw refused('names no user: postgres://user:password@host:5432/database.')
  const { sent, settings } = readOptions(parameters.get('options') ?? '')
  for (const name of SETTINGS) {
    const value = parameters.get(name)
    if (value !== undefined && value !== '') settings.set(name, value)
  }
  const applicationName = parameters.get('application_name') || parameters.get('fallback_application_name')
  return {
    host,
    port,
    name: `${host.includes(':') ? `[${host}]` : host}:${port}`,
    user,
    password,
    database: database || user,
    applicationName: applicationName || 'lockstep',
    options: sent,
    settings,
    channelBinding: parameters.get('channel_binding') === 'require',
  }
}

// The step has its own limit of time, so a statement_timeout changes nothing.
const SETTINGS = ['search_path', 'lock_timeout', 'timezone']

function readHost({ hosts }: PostgresAddress): { host: string; port: number } {
  const [first] = hosts
  if (first === undefined || hosts.length > 1) throw refused('names several hosts. A step connects to one.')
  if (first.host === '') throw refused('names no host: postgres://user:password@host:5432/database.')
  if (/^[/@]/.test(first.host))
    throw refused('names a socket of the same machine. A step connects to a host.')
  // Parsed as http it gets the spelling that is compared with the hosts of a secret.
  const bracketed = first.host.includes(':') ? `[${first.host}]` : first.host
  const found = /^[^\s,%/?#@\\]+$/.test(bracketed) ? URL.parse(`http://${bracketed}/`) : null
  if (found === null) throw refused('names a host that is none.')
  return { host: found.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, ''), port: first.port }
}

function checkParameters(parameters: ReadonlyMap<string, string>, ssl: QueryPostgresInput['ssl']): void {
  for (const name of parameters.keys()) {
    const reason = refusals[name]
    // `system` names the authorities that everybody trusts, which is what is done here.
    if (reason === undefined || (name === 'sslrootcert' && parameters.get(name) === 'system')) continue
    throw refused(`holds the parameter ${name}, and ${reason}`)
  }
  if (parameters.get('gssencmode') === 'require')
    throw refused('wants GSSAPI by gssencmode=require, which is not supported.')
  if (!/^(?:utf-?8|unicode|auto)$/i.test(parameters.get('client_encoding') ?? 'utf8')) {
    throw refused('names another client_encoding than UTF8. Take it out.')
  }
  const mode = tlsMode(parameters)
  if (mode === 'disable' && ssl === 'verify') {
    throw refused('says sslmode=disable, and the field "ssl" says verify. Change one of them.')
  }
  if (mode !== undefined && /^(require|verify-ca|verify-full)$/.test(mode) && ssl === 'disable') {
    throw refused(`says sslmode=${mode}, and the field "ssl" says disable. Change one of them.`)
  }
}

const refused = (reason: string): AppError => fieldError({ field: 'connectionString' }, reason)
