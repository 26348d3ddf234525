import { AppError } from '../errors.ts'
import { describeNoHttp } from './no-http.ts'

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
  ANSWER_CUT_SHORT: [
    'REQUEST_FAILED',
    'closed the connection in the middle of its answer: fewer bytes of the body came than belong to it.',
  ],
  EHOSTUNREACH: ['REQUEST_FAILED', 'cannot be reached from here.'],
  ENETUNREACH: ['REQUEST_FAILED', 'cannot be reached from here.'],
  ETIMEDOUT: ['TIMEOUT', 'did not accept the connection in time.'],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['REQUEST_FAILED', 'sent another length than it had announced.'],
}

const lasting: Readonly<Record<string, Description>> = {
  ENOTFOUND: ['REQUEST_FAILED', 'is not known to the name server. Check its spelling.'],
  ENODATA: ['REQUEST_FAILED', 'has no address. Check its spelling.'],
  EADDRNOTAVAIL: ['REQUEST_FAILED', 'cannot be reached from here.'],
  // Of a proxy: the parser that reads a target's answer has the next one.
  HPE_HEADER_OVERFLOW: ['REQUEST_FAILED', 'answered with more than 16 KiB of headers.'],
  UND_ERR_HEADERS_OVERFLOW: ['RESPONSE_TOO_LARGE', 'answered with more than 64 KiB of headers.'],
  // HTTP/2 has one code for a header list beyond our limit and for a server that is asked too often.
  ERR_HTTP2_CALM: [
    'RESPONSE_TOO_LARGE',
    'answered with more than 64 KiB of headers, or wants to be asked less often.',
  ],
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

/** A proxy has answered, but has not opened the tunnel. */
export class TunnelRefusal extends Error {
  readonly status: number
  readonly variable: string

  /** @param variable where the proxy is configured. */
  constructor(status: number, variable: string) {
    super('refused')
    this.status = status
    this.variable = variable
  }
}

/** Who is talked to at a moment, so that a failure or a timeout names who failed. */
export interface Peer {
  name: string
  /** What may help when this part fails, with a space before it, or empty. */
  hint: string
}

/**
 * What to tell about an error of the network. Only its code is used: messages and fields of such errors hold
 * addresses, the text of the answer and more, which may contain a value; hence there is no `cause` either.
 */
export function describeFailure(error: unknown, peer: Peer): Failure {
  if (error instanceof AppError) return { error, transient: false }
  if (error instanceof TunnelRefusal) return describeRefusal(error, peer.name)
  const code = codeOf(error)
  const noHttp = describeNoHttp(error)
  if (noHttp !== undefined) {
    return { error: new AppError('REQUEST_FAILED', `${peer.name} ${noHttp}`), transient: false }
  }
  const short = passing[code]
  const [appCode, text] = short ?? lasting[code] ?? describeFamily(code)
  return { error: new AppError(appCode, `${peer.name} ${text}${peer.hint}`), transient: short !== undefined }
}

/** Of the answer the status alone: its text may hold the credentials that a proxy repeats. */
function describeRefusal({ status, variable }: TunnelRefusal, proxy: string): Failure {
  const said = `${proxy} answered ${status} when asked for a tunnel`
  const fail = (text: string) => new AppError('REQUEST_FAILED', `${said}${text}`)
  if (status === 407) {
    return {
      error: fail(`: it wants other credentials. An operator has to set user:password@ in ${variable}.`),
      transient: false,
    }
  }
  if (status >= 500 || status === 408 || status === 429) {
    return { error: fail('. It did not reach the destination, or is overloaded.'), transient: true }
  }
  return {
    error: fail('. It has to allow CONNECT to addresses and to this port, or the host be in NO_PROXY.'),
    transient: false,
  }
}

function describeFamily(code: string): Description {
  if (untrusted.has(code)) {
    return ['REQUEST_FAILED', 'has a certificate from an authority that is not trusted here.']
  }
  if (code.startsWith('HPE_') || code === 'ERR_HTTP2_PROTOCOL') {
    return ['REQUEST_FAILED', 'answered with something that is not HTTP.']
  }
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
