import { AppError } from '../errors.ts'

export interface Failure {
  error: AppError
  /** It may work when it is tried again. */
  transient: boolean
}

type Description = readonly [code: 'REQUEST_FAILED' | 'TIMEOUT' | 'RESPONSE_TOO_LARGE', text: string]

const passing: Readonly<Record<string, Description>> = {
  EAI_AGAIN: ['REQUEST_FAILED', 'could not be looked up: the name server did not answer.'],
  ECONNREFUSED: ['REQUEST_FAILED', 'refused the connection. Check the port and that the service runs.'],
  ECONNRESET: ['REQUEST_FAILED', 'closed the connection before it had answered.'],
  EPIPE: ['REQUEST_FAILED', 'closed the connection before it had answered.'],
  UND_ERR_SOCKET: ['REQUEST_FAILED', 'closed the connection before it had answered.'],
  EHOSTUNREACH: ['REQUEST_FAILED', 'cannot be reached from here.'],
  ENETUNREACH: ['REQUEST_FAILED', 'cannot be reached from here.'],
  ETIMEDOUT: ['TIMEOUT', 'did not accept the connection in time.'],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['REQUEST_FAILED', 'sent another length than it had announced.'],
}

const lasting: Readonly<Record<string, Description>> = {
  ENOTFOUND: ['REQUEST_FAILED', 'is not known to the name server. Check its spelling.'],
  ENODATA: ['REQUEST_FAILED', 'has no address. Check its spelling.'],
  EADDRNOTAVAIL: ['REQUEST_FAILED', 'cannot be reached from here.'],
  UND_ERR_HEADERS_OVERFLOW: ['RESPONSE_TOO_LARGE', 'answered with more than 64 KiB of headers.'],
  CERT_HAS_EXPIRED: ['REQUEST_FAILED', 'has a certificate that has expired. Its operator has to renew it.'],
  CERT_NOT_YET_VALID: ['REQUEST_FAILED', 'has a certificate that is not valid yet.'],
  CERT_REVOKED: ['REQUEST_FAILED', 'has a certificate that was revoked.'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'REQUEST_FAILED',
    'has a certificate for another name. Use the name in the certificate.',
  ],
  EPROTO: ['REQUEST_FAILED', 'did not agree on TLS. Check that the port speaks https.'],
}

const untrusted: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_UNTRUSTED',
  'CERT_SIGNATURE_FAILURE',
  'INVALID_CA',
])

/**
 * What to tell about an error of the network. Only its code is used: messages and fields of such errors hold
 * addresses, the text of the answer and more, which may contain a value; hence there is no `cause` either.
 */
export function describeFailure(error: unknown, host: string): Failure {
  if (error instanceof AppError) return { error, transient: false }
  const code = codeOf(error)
  const short = passing[code]
  const [appCode, text] = short ?? lasting[code] ?? describeFamily(code)
  return { error: new AppError(appCode, `${host} ${text}`), transient: short !== undefined }
}

function describeFamily(code: string): Description {
  if (untrusted.has(code)) {
    return ['REQUEST_FAILED', 'has a certificate from an authority that is not trusted here.']
  }
  if (code.startsWith('HPE_')) return ['REQUEST_FAILED', 'answered with something that is not HTTP.']
  if (code.startsWith('ERR_SSL_') || code.startsWith('CERT_')) {
    return ['REQUEST_FAILED', 'did not agree on TLS. Check that the port speaks https.']
  }
  return ['REQUEST_FAILED', 'could not be reached.']
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if ('code' in error && typeof error.code === 'string') return error.code
  // Several addresses were tried: the first one's reason stands for all.
  return error instanceof AggregateError ? codeOf(error.errors[0]) : ''
}
