import { AppError } from '../../src/steps/index.ts'

type Description = readonly [code: ConstructorParameters<typeof AppError>[0], text: string]

/** By nodemailer's error codes. */
const descriptions: Readonly<Record<string, Description>> = {
  EAUTH: ['STEP_FAILED', 'did not accept user name and password'],
  ENOAUTH: ['STEP_FAILED', 'wants a user name and a password'],
  EENVELOPE: ['STEP_FAILED', 'refused the sender or all recipients'],
  EMESSAGE: ['STEP_FAILED', 'refused the mail'],
  ETLS: ['REQUEST_FAILED', 'did not agree on TLS. Check port and encryption'],
  EPROTOCOL: ['REQUEST_FAILED', 'answered with something that is not SMTP. Check port and encryption'],
  ECONNECTION: ['REQUEST_FAILED', 'closed the connection'],
  ESOCKET: ['REQUEST_FAILED', 'could not be reached, or broke off the connection'],
  ETIMEDOUT: ['TIMEOUT', 'did not answer in time'],
}

/** By the codes of Node beneath them, which are more specific. */
const causes: Readonly<Record<string, Description>> = {
  ECONNREFUSED: ['REQUEST_FAILED', 'refused the connection. Check the port'],
  ECONNRESET: ['REQUEST_FAILED', 'closed the connection'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['REQUEST_FAILED', 'has a certificate for another name'],
  CERT_HAS_EXPIRED: ['REQUEST_FAILED', 'has a certificate that has expired'],
}

const UNTRUSTED = /^(DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|UNABLE_TO_|CERT_UNTRUSTED|INVALID_CA)/

/**
 * Describes an error of nodemailer. It uses only the codes, because the server's text may repeat what it was sent,
 * including the password in base64.
 *
 * @param handedOver whether the mail was being transmitted.
 */
export function describeFailure(error: unknown, server: string, handedOver: boolean): AppError {
  if (error instanceof AppError) return error
  const { code, originalCode, responseCode } = readCodes(error)
  const [appCode, text] = causeOf(originalCode) ??
    descriptions[code] ?? ['STEP_FAILED', 'did not take the mail']
  const status = responseCode === undefined ? '' : ` (${responseCode})`
  const unknown =
    responseCode === undefined && handedOver ? ' Whether it took the mail is unknown: look there.' : ''
  return new AppError(appCode, `${server} ${text}${status}.${unknown}`)
}

function causeOf(code: string): Description | undefined {
  if (UNTRUSTED.test(code)) {
    const advice = 'If it is your own, put it in "certificateAuthority"'
    return ['REQUEST_FAILED', `has a certificate from an authority that is not trusted here. ${advice}`]
  }
  return causes[code]
}

interface Codes {
  readonly code: string
  readonly originalCode: string
  readonly responseCode: number | undefined
}

function readCodes(error: unknown): Codes {
  const from: Readonly<Record<string, unknown>> = error instanceof Error ? { ...error } : {}
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  const status = Number(from['responseCode'])
  return {
    // Only here does nodemailer report a refused mail as a refused envelope.
    code: from['command'] === 'DATA' && from['code'] === 'EENVELOPE' ? 'EMESSAGE' : text(from['code']),
    originalCode: text(from['originalCode']),
    responseCode: Number.isInteger(status) && status >= 200 && status < 600 ? status : undefined,
  }
}
