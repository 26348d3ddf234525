import { AppError } from '../../src/steps/index.ts'
import { conditionOf } from './conditions.ts'

const network: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection. Check the port.',
  ECONNRESET: 'closed the connection.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another name.',
  CERT_HAS_EXPIRED: 'has a certificate that has expired.',
}

/** What an SQLSTATE mostly means while a connection begins; several poolers answer so. */
const atTheDoor: Readonly<Record<string, string>> = {
  '08P01':
    'Poolers answer so to a database or user that they do not know, and to "options" in the connection string.',
  '0A000': 'Poolers answer so to "options" in the connection string. Take them out.',
  '28000': 'The server may want TLS, or the user from another address.',
  XX000:
    'Poolers answer so to a user that they do not know, such as one without the name of the project after a dot.',
}

const UNTRUSTED = /^(DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|UNABLE_TO_|CERT_UNTRUSTED|INVALID_CA)/

/**
 * Describes an error of pg. For an error of the database it shows only the SQLSTATE, because messages and details
 * quote values, such as `invalid input syntax for type integer: "sk_live_…"`.
 */
export function describeFailure(
  error: unknown,
  server: string,
  phase: 'connect' | 'query' | 'commit',
): AppError {
  if (error instanceof AppError) return error
  const code = codeOf(error)
  // pg's own timeout of the connection has no code.
  const isLate = error instanceof Error && error.message === 'timeout expired'
  if (isLate || code === '57014') return timedOut(server)
  if (/^[0-9A-Z]{5}$/.test(code) && !(code in network)) {
    const hint = phase === 'connect' && code in atTheDoor ? ` ${atTheDoor[code]}` : ''
    return new AppError(
      'STEP_FAILED',
      `${server} answered with SQLSTATE ${code} (${conditionOf(code)}).${hint}`,
    )
  }
  return new AppError('REQUEST_FAILED', `${server} ${network[code] ?? describe(code, error, phase)}`)
}

export function timedOut(server: string): AppError {
  return new AppError('TIMEOUT', `${server} took longer than the field "timeoutSeconds" allows.`)
}

function describe(code: string, error: unknown, phase: 'connect' | 'query' | 'commit'): string {
  if (UNTRUSTED.test(code)) {
    return 'has a certificate from an authority that is not trusted here. If it is right, put it in "certificateAuthority".'
  }
  if (error instanceof Error && error.message === 'The server does not support SSL connections') {
    return 'does not speak TLS.'
  }
  if (phase === 'connect') return 'could not be reached, or broke off before it had let the step in.'
  const lost = 'closed the connection before the query had ended.'
  return phase === 'commit' ? `${lost} Whether it kept the changes is unknown: look there.` : lost
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
