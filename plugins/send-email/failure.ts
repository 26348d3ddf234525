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
  const { code, originalCode, responseCode, enhanced, command } = readCodes(error)
  const [appCode, text] = causeOf(originalCode) ??
    descriptions[code] ?? ['STEP_FAILED', 'did not take the mail']
  const reason = reasonOf(command, responseCode, enhanced)
  const status =
    responseCode === undefined ? '' : ` (${[responseCode, enhanced].filter(Boolean).join(' ')}${reason})`
  const unknown =
    responseCode === undefined && handedOver ? ' Whether it took the mail is unknown: look there.' : ''
  return new AppError(appCode, `${server} ${text}${status}.${unknown}`)
}

/** What enhanced status codes mean (RFC 3463 and its registry), without their class. */
const byEnhanced: Readonly<Record<string, string>> = {
  '1.1': 'there is no such mailbox',
  '1.2': 'the domain of a recipient is unknown',
  '1.3': 'an address is not valid',
  '1.7': 'the address of the sender is not valid',
  '1.8': 'the domain of the sender is unknown',
  '2.1': 'a mailbox is switched off',
  '2.2': 'a mailbox is full',
  '2.3': 'the mail is too large',
  '3.4': 'the mail is too large',
  '4.1': 'the server of a recipient does not answer',
  '5.2': 'it was said in the wrong order, or the name in EHLO is refused: see the field "clientName"',
  '6.7': 'addresses beyond ASCII are not supported',
  '7.0': 'its rules forbid it',
  '7.1': 'its rules forbid this sender or recipient',
  '7.8': 'user name or password is wrong',
  '7.9': 'this way of signing in is too weak for it',
  '7.23': 'SPF does not allow this sender',
  '7.26': 'neither SPF nor DKIM allows this sender',
}

const byCode: Readonly<Record<number, string>> = {
  421: 'it is too busy, or closes',
  450: 'it wants the mail again later',
  451: 'it wants the mail again later',
  452: 'it has no room, or there are too many recipients',
  530: 'it wants TLS or a user name first',
  534: 'it wants another way of signing in, such as a password for programs',
  535: 'user name or password is wrong',
  550: 'it does not know a mailbox, or its rules forbid this sender',
  551: 'a recipient is elsewhere',
  552: 'the mail is too large, or a mailbox is full',
  553: 'the address of the sender is not allowed for this user',
  554: 'its rules forbid it',
}

function reasonOf(command: string, code: number | undefined, enhanced: string | undefined): string {
  if (code === undefined) return ''
  if (/^(?:EHLO|HELO|LHLO)/.test(command)) return ': it refuses the name in EHLO, see the field "clientName"'
  const words = byEnhanced[(enhanced ?? '').slice(2)] ?? byCode[code]
  return words === undefined ? '' : `: ${words}`
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
  /** Such as 5.7.1 (RFC 3463), the only other part of the answer that is used. */
  readonly enhanced: string | undefined
  readonly command: string
}

function readCodes(error: unknown): Codes {
  const from: Readonly<Record<string, unknown>> = error instanceof Error ? { ...error } : {}
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  const status = Number(from['responseCode'])
  const [, enhanced] = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(text(from['response'])) ?? []
  return {
    // Only here does nodemailer report a refused mail as a refused envelope.
    code: from['command'] === 'DATA' && from['code'] === 'EENVELOPE' ? 'EMESSAGE' : text(from['code']),
    enhanced,
    command: text(from['command']),
    originalCode: text(from['originalCode']),
    responseCode: Number.isInteger(status) && status >= 200 && status < 600 ? status : undefined,
  }
}
