import { createHash } from 'node:crypto'
import { fieldError, type Pair, withinField } from '../../src/steps/index.ts'
import { type Address, domainOf, isOneLine, readAddress } from './address.ts'
import type { SendEmailInput } from './fields.ts'

const MAX_RECIPIENTS = 100
const MAX_BYTES = 5 * 1024 * 1024
const MAX_SUBJECT = 998

/** A mail in nodemailer's form. */
export interface Message {
  readonly from: Address
  readonly to: Address[]
  readonly cc: Address[]
  readonly bcc: Address[]
  readonly replyTo?: Address
  readonly subject: string
  readonly text?: string
  readonly html?: string
  readonly headers: { key: string; value: string }[]
  readonly messageId: string
}

/**
 * Makes the mail. Its id is the same for every attempt of a step, so that duplicates can be recognised.
 *
 * @throws AppError INVALID_FIELD naming the field.
 */
export function messageOf(input: SendEmailInput, idempotencyKey: string): Message {
  const from = withinField('from', () => readAddress(input.from))
  const lists = { to: addresses('to', input), cc: addresses('cc', input), bcc: addresses('bcc', input) }
  const count = lists.to.length + lists.cc.length + lists.bcc.length
  if (lists.to.length === 0) throw invalid('to', 'needs an address.')
  if (count > MAX_RECIPIENTS) {
    throw invalid('to', `with "cc" and "bcc" there are ${count} recipients, and ${MAX_RECIPIENTS} may be.`)
  }
  const { replyTo } = input
  return {
    from,
    ...lists,
    ...(replyTo && { replyTo: withinField('replyTo', () => readAddress(replyTo)) }),
    subject: subjectOf(input),
    ...content(input),
    headers: (input.headers ?? []).map(headerOf),
    messageId: `<${createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 32)}@${domainOf(from)}>`,
  }
}

/** One address, or a list of them. */
function addresses(name: 'to' | 'cc' | 'bcc', input: SendEmailInput): Address[] {
  const given: unknown[] = [input[name] ?? []].flat()
  return given.map((it, index) => {
    if (typeof it !== 'string') throw invalid(name, 'must be a list of addresses, each a string.')
    return withinField(name, () => readAddress(it, index + 1))
  })
}

function subjectOf({ subject }: SendEmailInput): string {
  if (!isOneLine(subject)) throw invalid('subject', 'must be one line.')
  if (subject.length > MAX_SUBJECT) throw invalid('subject', `is over ${MAX_SUBJECT} characters long.`)
  return subject
}

function content({ text = '', html = '' }: SendEmailInput): { text?: string; html?: string } {
  if (text === '' && html === '') throw invalid('text', 'is empty, and so is "html": one must have content.')
  if (Buffer.byteLength(text) + Buffer.byteLength(html) > MAX_BYTES) {
    throw invalid('text', `with "html" is over ${MAX_BYTES / 1024 / 1024} MiB.`)
  }
  return { ...(text !== '' && { text }), ...(html !== '' && { html }) }
}

// The fields of the step set these headers. Of two headers with one name, programs show different ones.
const OF_THE_STEP =
  /^(from|to|cc|bcc|sender|reply-to|subject|date|message-id|mime-version|content-.*|return-path|received|dkim-.*|resent-.*)$/i

function headerOf({ name, value }: Pair, index: number): { key: string; value: string } {
  const place = { field: 'headers', row: index + 1 }
  if (OF_THE_STEP.test(name)) throw fieldError(place, `"${name}" is set by the step. Remove it.`)
  if (!isOneLine(value)) throw fieldError(place, 'its value must be one line.')
  return { key: name, value }
}

const invalid = (field: string, reason: string) => fieldError({ field }, reason)
