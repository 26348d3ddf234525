import { describe, expect, test } from 'vitest'
import { readAddress } from '../../plugins/send-email/address.ts'
import { describeFailure } from '../../plugins/send-email/failure.ts'
import { sendEmail } from '../../plugins/send-email/send-email.ts'
import { errorOf, outcomeOf } from '../plugins/outcome.ts'
import { startSmtp, startTcp } from '../plugins/smtp-world.ts'

describe('an address', () => {
  test.each<[from: string, text: string, name: string, address: string]>([
    ['RFC 5322', 'ann@example.com', '', 'ann@example.com'],
    ['a name', 'Ann Example <ann@example.com>', 'Ann Example', 'ann@example.com'],
    ['a quoted name with a comma', '"Example, Ann" <ann@example.com>', 'Example, Ann', 'ann@example.com'],
    [
      'escapes in a quoted name',
      String.raw`"Ann \"A\" \\ Example" <ann@example.com>`,
      String.raw`Ann "A" \ Example`,
      'ann@example.com',
    ],
    ['brackets in a quoted name', '"Ann <the boss>" <ann@example.com>', 'Ann <the boss>', 'ann@example.com'],
    ['@ in a quoted name', '"ann@work" <ann@example.com>', 'ann@work', 'ann@example.com'],
    ['a name in UTF-8', 'Jörg Müller <joerg@example.com>', 'Jörg Müller', 'joerg@example.com'],
    ['RFC 2047, B', '=?UTF-8?B?SsO2cmc=?= <joerg@example.com>', 'Jörg', 'joerg@example.com'],
    [
      'RFC 2047, Q in Latin-1',
      '=?ISO-8859-1?Q?J=F6rg_M?= <joerg@example.com>',
      'Jörg M',
      'joerg@example.com',
    ],
    [
      'RFC 2047, two words',
      '=?UTF-8?Q?J=C3=B6?= =?UTF-8?Q?rg?= <joerg@example.com>',
      'Jörg',
      'joerg@example.com',
    ],
    ['an IDN', 'ann@bücher.example', '', 'ann@bücher.example'],
    ['no blank before the bracket', 'Ann<ann@example.com>', 'Ann', 'ann@example.com'],
    ['brackets alone', '<ann@example.com>', '', 'ann@example.com'],
    ['mailto:', 'mailto:ann@example.com', '', 'ann@example.com'],
    ['a plus', ' ann+tag@example.com ', '', 'ann+tag@example.com'],
  ])('%s: %s', (_from, text, name, address) => {
    expect(readAddress(text)).toEqual({ name, address })
  })

  test.each([
    'ann@example.com, ben@example.com',
    'Team: ann@example.com, ben@example.com;',
    '"Ann" <ann@example.com> (at work)',
    '=?UTF-8?B?QW5uDQpCY2M6IHg=?= <ann@example.com>',
    'ann@',
    'ann@example.com\r\nBcc: x@example.com',
    `"${'\\'.repeat(100_000)}`,
    '=?UTF-8?Q?'.repeat(50_000),
  ])('is refused: %.60s', (text) => {
    expect(() => readAddress(text)).toThrow(/must be one address/)
  })

  test('a group is said to be one', () => {
    expect(() => readAddress('Team: ann@example.com;')).toThrow(
      'A group has to be written as the addresses in it',
    )
  })
})

const PASSWORD = 'CANARY-password-1'
const mail = {
  host: 'smtp.test',
  security: 'none',
  from: 'Ann <ann@bücher.example>',
  to: ['ben@example.com'],
  subject: 'Hi',
  text: 'Hello.',
}

describe('the name in EHLO', () => {
  test.each<[what: string, fields: object, name: string]>([
    ['is the domain of the sender', {}, 'xn--bcher-kva.example'],
    ['is what the field says', { clientName: 'robot.example.com' }, 'robot.example.com'],
    ['may be an IDN', { clientName: 'bücher.example' }, 'xn--bcher-kva.example'],
    ['may be an address', { clientName: '[192.0.2.1]' }, '[192.0.2.1]'],
  ])('%s', async (_what, fields, name) => {
    const names: string[] = []
    const { port } = await startSmtp(PASSWORD, {
      disabledCommands: ['STARTTLS'],
      onMailFrom(_address, session, done) {
        names.push(String(session.hostNameAppearsAs))
        done()
      },
    })
    const { error } = await outcomeOf(sendEmail, { ...mail, port, ...fields })
    expect(error).toBeUndefined()
    expect(names).toEqual([name])
  })

  test.each(['two words', 'a\r\nRCPT TO:<x@y.z>', '-a-', '[CANARY]'])(
    'is refused: %j',
    async (clientName) => {
      const error = await errorOf(sendEmail, { ...mail, port: 25, clientName })
      expect(error.message).toContain('field "clientName": must be a host name')
      expect(error.message).not.toContain('CANARY')
    },
  )
})

/** A relay that answers one command with a text, and the others with 250. */
const relay = (command: RegExp, answer: string) =>
  startTcp((socket) => {
    socket.write('220 relay\r\n')
    let inData = false
    socket.on('data', (chunk) => {
      for (const line of chunk
        .toString()
        .split('\r\n')
        .filter((it) => it !== '')) {
        if (inData && line !== '.') continue
        if (command.test(line)) socket.write(`${answer}\r\n`)
        else socket.write(/^DATA/i.test(line) ? '354 go on\r\n' : '250 OK\r\n')
        inData = /^DATA/i.test(line) && !command.test(line)
      }
    })
  })

test.each<[what: string, command: RegExp, answer: string, words: string]>([
  [
    'an unknown mailbox',
    /^RCPT/i,
    '550 5.1.1 <CANARY-user@example.com> unknown',
    '(550 5.1.1: there is no such mailbox)',
  ],
  [
    'a code alone',
    /^RCPT/i,
    '550 CANARY no',
    '(550: it does not know a mailbox, or its rules forbid this sender)',
  ],
  [
    'a policy',
    /^RCPT/i,
    '554 5.7.1 CANARY relay access denied',
    '(554 5.7.1: its rules forbid this sender or recipient)',
  ],
  ['a full mailbox', /^RCPT/i, '452 4.2.2 CANARY', '(452 4.2.2: a mailbox is full)'],
  ['greylisting', /^RCPT/i, '451 4.7.1 CANARY', '(451 4.7.1: its rules forbid this sender or recipient)'],
  ['a sender', /^MAIL/i, '553 CANARY', '(553: the address of the sender is not allowed for this user)'],
  ['sign-in first', /^MAIL/i, '530 5.7.0 CANARY', '(530 5.7.0: its rules forbid it)'],
  ['the size', /^\.$/, '552 5.3.4 CANARY too big', '(552 5.3.4: the mail is too large)'],
  ['the content', /^\.$/, '554 5.7.26 CANARY', '(554 5.7.26: neither SPF nor DKIM allows this sender)'],
  [
    'the name in EHLO',
    /^(?:EHLO|HELO)/i,
    '501 5.5.4 CANARY',
    'it refuses the name in EHLO, see the field "clientName"',
  ],
])(
  '%s that a relay refuses is told in words with its code, without its text',
  async (_what, command, answer, words) => {
    const port = await relay(command, answer)
    const error = await errorOf(sendEmail, { ...mail, from: 'ann@example.com', port })
    expect(error.message).toContain(words)
    expect(error.message).not.toContain('CANARY')
  },
)

test('a code that nobody knows is shown as it is', () => {
  const error = Object.assign(new Error('CANARY'), {
    code: 'EMESSAGE',
    responseCode: 599,
    response: '599 CANARY',
  })
  expect(describeFailure(error, 'smtp.test:25', true).message).toBe('smtp.test:25 refused the mail (599).')
})
