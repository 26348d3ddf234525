import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readAddress } from '../../plugins/send-email/address.ts'
import { sendEmail } from '../../plugins/send-email/send-email.ts'
import { AppError, checkFields, describeFields } from '../../src/steps/index.ts'
import { errorOf } from './outcome.ts'

const mail = {
  host: 'smtp.test',
  from: 'robot@example.com',
  to: ['ann@example.com'],
  subject: 'Hi',
  text: 'Hello.',
}
const nowhere = () => Promise.reject(new AppError('REQUEST_FAILED', 'A lookup.'))
const refusal = (fields: object, trigger: unknown = null) =>
  errorOf(sendEmail, { ...mail, ...fields }, { trigger, lookup: nowhere, secrets: { KEY: 'CANARY-42' } })

test('only user name and password accept secrets', () => {
  const names = describeFields(sendEmail).flatMap((it) => (it.acceptsSecrets ? [it.name] : []))
  expect(names).toEqual(['username', 'password'])
})

test('encryption is on by default', () => {
  const security = describeFields(sendEmail).find((it) => it.name === 'security')
  expect(security).toMatchObject({ default: 'starttls', options: ['starttls', 'tls', 'none'] })
})

describe('an address from a stranger adds no recipient or header', () => {
  test.each([
    'a@example.com, evil@example.com',
    'a@example.com;evil@example.com',
    'a@example.com evil@example.com',
    'a@example.com\r\nBcc: evil@example.com',
    'a@example.com\nRCPT TO:<evil@example.com>',
    'a@example.com> <evil@example.com',
    'x <a@example.com>, y <evil@example.com>',
    'x <a@example.com> y',
    '"a@evil.com"@example.com',
    'a@evil.com@example.com',
    'a@example.com (evil@example.com)',
    'group: a@example.com, evil@example.com;',
    '@evil.com:a@example.com',
    'a\u2028@example.com',
    'a@example.com\0',
    'a@[127.0.0.1]',
    'a@-example.com',
    'a@example..com',
    'a@',
    '@example.com',
    'a',
    '',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b.'.repeat(130)}com`,
  ])('%j', async (email) => {
    for (const fields of [
      { to: ['{{ trigger.email }}'] },
      { cc: ['{{ trigger.email }}'] },
      { bcc: '"{{ trigger.email }}"' },
      { from: '{{ trigger.email }}' },
    ]) {
      const error = await refusal(fields, { email })
      expect(error.code).toBe('INVALID_FIELD')
      expect(error.message).toContain('must be one address')
      if (email.length > 15) expect(error.message).not.toContain(email)
    }
  })

  test('nor does a list instead of one address', async () => {
    const error = await refusal(
      { to: ['{{ trigger.email }}'] },
      { email: ['a@example.com', 'b@example.com'] },
    )
    expect(error.message).toBe('field "to": must be a list of addresses, each a string.')
  })
})

test.each([
  ['ann@example.com', '', 'ann@example.com'],
  [' Ann <ann@example.com> ', 'Ann', 'ann@example.com'],
  ['"Doe, Jane" <j+x@sub.example.com>', 'Doe, Jane', 'j+x@sub.example.com'],
  ['Doe, Jane <jane@bücher.example>', 'Doe, Jane', 'jane@bücher.example'],
  ["o'neil!#$%@example.com", '', "o'neil!#$%@example.com"],
  ['robot@localhost', '', 'robot@localhost'],
])('%j is one address', (text, name, address) => {
  expect(readAddress(text)).toEqual({ name, address })
})

test('an accepted address has no character with a meaning in SMTP or headers', () => {
  const piece = fc.constantFrom(
    'a',
    '@',
    'b.test',
    '<',
    '>',
    ',',
    ';',
    '"',
    '\r',
    '\n',
    ' ',
    ':',
    '(',
    '\\',
    '\0',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      try {
        const { name, address } = readAddress(pieces.join(''))
        expect(address).toMatch(/^[^\s<>,;:"()\\]+@[^\s<>,;:"()\\@]+$/)
        expect(name).not.toMatch(/[\r\n\0<>]/)
      } catch (error) {
        expect(error).toBeInstanceOf(AppError)
      }
    }),
  )
})

describe('running refuses', () => {
  test.each<[string, object, string]>([
    [
      'a subject of two lines',
      { subject: 'a{{ trigger.line }}Bcc: x@y.test' },
      'field "subject": must be one line',
    ],
    ['a long subject', { subject: 'a'.repeat(999) }, 'field "subject": is over 998'],
    ['a reply address of two', { replyTo: 'a@b.test, c@d.test' }, 'field "replyTo": must be one address'],
    ['no recipient', { to: [] }, 'field "to": needs an address'],
    ['a recipient that is a number', { to: [5] }, 'field "to": must be a list of addresses'],
    ['101 recipients', { bcc: Array(100).fill('a@b.test') }, 'there are 101 recipients, and 100 may be'],
    ['no content', { text: '' }, 'one must have content'],
    ['over 5 MiB', { html: '{{ trigger.long }}' }, 'is over 5 MiB'],
    [
      'a header of the step',
      { headers: [{ name: 'BCC', value: 'a@b.test' }] },
      'row 1: "BCC" is set by the step',
    ],
    [
      'the type of the content',
      { headers: [{ name: 'Content-Type', value: 'text/html' }] },
      'is set by the step',
    ],
    ['a header of two lines', { headers: [{ name: 'X-A', value: 'a{{ trigger.line }}B: c' }] }, 'line break'],
    ['a host with a port', { host: 'smtp.test:25' }, 'field "host": must be a host alone'],
    ['a host that is a URL', { host: 'smtp://smtp.test' }, 'field "host": must be a host alone'],
    ['a host with user info', { host: 'a@smtp.test' }, 'field "host": must be a host alone'],
    ['a user name alone', { username: '{{ secrets.KEY }}' }, 'field "password": is empty'],
    ['a password alone', { password: '{{ secrets.KEY }}' }, 'field "username": is empty'],
  ])('%s', async (_what, fields, message) => {
    const lookup = async () => '127.0.0.1'
    const options = {
      trigger: { line: '\r\n', long: 'ü'.repeat(2_700_000) },
      lookup,
      secrets: { KEY: 'CANARY-42' },
    }
    const error = await errorOf(sendEmail, { ...mail, port: 1, ...fields }, options)
    expect(error.code).toBe('INVALID_FIELD')
    expect(error.message).toContain(message)
  })
})

describe('saving refuses', () => {
  test.each<[string, object, string]>([
    ['no server', { host: '' }, 'INVALID_FIELD'],
    ['no recipients', { to: undefined }, 'INVALID_FIELD'],
    ['an unknown encryption', { security: 'ssl' }, 'INVALID_FIELD'],
    ['a port that is none', { port: 0 }, 'INVALID_FIELD'],
    ['a secret in the text', { text: '{{ secrets.KEY }}' }, 'SECRET_NOT_ALLOWED'],
    ['a secret in the subject', { subject: '{{ secrets.KEY }}' }, 'SECRET_NOT_ALLOWED'],
    ['a secret as server', { host: '{{ secrets.KEY }}' }, 'SECRET_NOT_ALLOWED'],
    [
      'a secret in a header',
      { headers: [{ name: 'X-A', value: '{{ secrets.KEY }}' }] },
      'SECRET_NOT_ALLOWED',
    ],
  ])('%s', (_what, fields, code) => {
    const save = () => checkFields({ key: 'mail', type: sendEmail }, { ...mail, ...fields })
    expect(save).toThrow(expect.objectContaining({ code }))
  })
})
