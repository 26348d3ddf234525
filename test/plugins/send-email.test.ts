import type { Socket } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { sendEmail } from '../../plugins/send-email/send-email.ts'
import { destinationsOf } from '../../src/steps/index.ts'
import { mail, password, secrets, signIn, trusting } from './mail-fields.ts'
import { errorOf, outcomeOf } from './outcome.ts'
import type { RunOptions } from './run-step.ts'
import { startScript, startSmtp, startTcp } from './smtp-world.ts'

const send = (fields: object, options: RunOptions = {}) =>
  outcomeOf(sendEmail, fields, { secrets, ...options })
const refusal = (fields: object, options: RunOptions = {}) =>
  errorOf(sendEmail, fields, { secrets, ...options })

const printed = vi.spyOn(console, 'log')
afterEach(() => {
  expect(printed).not.toHaveBeenCalled()
})

describe('a mail arrives', () => {
  test('over STARTTLS, signed in', async () => {
    const { port, received } = await startSmtp(password)
    const { output } = await send({ ...trusting, ...signIn, port })
    expect(output).toEqual({
      messageId: expect.stringMatching(/^<[0-9a-f]{32}@example\.com>$/),
      accepted: ['ann@example.com'],
      rejected: [],
    })
    expect(received).toMatchObject([
      { from: 'robot@example.com', to: ['ann@example.com'], secure: true, user: 'robot' },
    ])
    expect(received[0]?.source).toContain('Hello.')
  })

  test('over TLS from the start', async () => {
    const { port, received } = await startSmtp(password, { secure: true })
    await send({ ...trusting, ...signIn, port, security: 'tls' })
    expect(received).toMatchObject([{ secure: true, user: 'robot' }])
  })

  test('without encryption if that was chosen, and then without signing in', async () => {
    const { port, received } = await startSmtp(password)
    await send({ ...mail, ...signIn, port, security: 'none' })
    expect(received).toMatchObject([{ secure: false, user: undefined }])
  })

  test('with all its parts', async () => {
    const { port, received } = await startSmtp(password)
    const trigger = { name: 'Doe, Jané "J"', email: 'jane@example.com', subject: 'Grüße 👋' }
    const fields = {
      ...trusting,
      port,
      from: 'Robot <robot@example.com>',
      to: ['{{ trigger.name }} <{{ trigger.email }}>', 'ben@example.com'],
      cc: '"cc@example.com"',
      bcc: ['bcc@example.com'],
      replyTo: 'reply@example.com',
      subject: '{{ trigger.subject }}',
      html: '<b>Hello</b>',
      headers: [{ name: 'X-Ticket', value: '42' }],
    }
    const { output } = await send(fields, { trigger })
    const to = ['jane@example.com', 'ben@example.com', 'cc@example.com', 'bcc@example.com']
    expect(output).toMatchObject({ accepted: to })
    expect(received[0]?.to).toEqual(to)
    const source = received[0]?.source ?? ''
    for (const line of ['From: Robot <robot@example.com>', 'Cc: cc@example.com', 'X-Ticket: 42']) {
      expect(source).toContain(`${line}\r\n`)
    }
    expect(source).toContain('Reply-To: reply@example.com')
    expect(source).toContain('multipart/alternative')
    expect(source).not.toContain('bcc@example.com')
  })

  test('with the same id in each attempt', async () => {
    const { port, received } = await startSmtp(password)
    await send({ ...trusting, port })
    await send({ ...trusting, port })
    const ids = received.map((it) => /Message-ID: (\S+)/.exec(it.source)?.[1])
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
  })

  test('for the recipients that the server accepts, and the others are named', async () => {
    const { port } = await startSmtp(password, {
      onRcptTo: ({ address }, _session, done) =>
        done(address.startsWith('no') ? new Error('unknown') : undefined),
    })
    const { output } = await send({ ...trusting, port, to: ['yes@example.com', 'no@example.com'] })
    expect(output).toMatchObject({ accepted: ['yes@example.com'], rejected: ['no@example.com'] })
  })
})

test('is not repeated by itself', () => {
  expect(sendEmail.repeatable).toBeUndefined()
})

test.each([
  [{ host: 'SMTP.Example.com', port: 587 }, 'smtp.example.com:587'],
  [{ host: 'bücher.example', port: 25 }, 'xn--bcher-kva.example:25'],
  [{ host: '2001:DB8::1', port: 465 }, '[2001:db8::1]:465'],
])('the destination of %j is %s', (fields, destination) => {
  expect(destinationsOf(sendEmail, fields)).toEqual([destination])
})

describe('the password is not sent', () => {
  test.each([
    ['starttls', false],
    ['tls', true],
  ])('over %s, if the authority is not trusted', async (security, secure) => {
    const { port, received } = await startSmtp(password, { secure })
    const error = await refusal({ ...mail, ...signIn, port, security })
    expect(error.code).toBe('REQUEST_FAILED')
    expect(error.message).toContain(
      `smtp.test:${port} has a certificate from an authority that is not trusted`,
    )
    expect(received).toEqual([])
  })

  test.each([
    ['starttls', false],
    ['tls', true],
  ])('over %s, if the certificate is for another name', async (security, secure) => {
    const { port } = await startSmtp(password, { secure })
    const error = await refusal({ ...trusting, ...signIn, port, security, host: 'other.test' })
    expect(error).toMatchObject({
      code: 'REQUEST_FAILED',
      message: `other.test:${port} has a certificate for another name.`,
    })
  })

  test('to a server that hides STARTTLS', async () => {
    const lines: string[] = []
    const port = await startTcp((socket) => {
      socket.write('220 plain\r\n')
      socket.on('data', (data) => {
        lines.push(data.toString())
        socket.write(data.toString().startsWith('EHLO') ? '250-plain\r\n250 AUTH PLAIN\r\n' : '454 no\r\n')
      })
    })
    const error = await refusal({ ...trusting, ...signIn, port })
    expect(error.code).toBe('REQUEST_FAILED')
    expect(error.message).toContain('did not agree on TLS')
    expect(lines.join('')).not.toMatch(/AUTH|MAIL/)
  })
})

test('an invalid authority is refused', async () => {
  const error = await refusal({ ...mail, certificateAuthority: 'not PEM' })
  expect(error).toMatchObject({
    code: 'INVALID_FIELD',
    message: expect.stringContaining('field "certificateAuthority": '),
  })
})

describe("a failure shows none of the server's text", () => {
  test('for a wrong password, which the server repeats', async () => {
    const { port } = await startSmtp('another')
    const error = await refusal({ ...trusting, ...signIn, port })
    expect(error).toMatchObject({
      code: 'STEP_FAILED',
      message: `smtp.test:${port} did not accept user name and password (535: user name or password is wrong).`,
    })
  })

  test('for a server without sign-in', async () => {
    const { port, received } = await startSmtp(password, { disabledCommands: ['AUTH'] })
    const error = await refusal({ ...trusting, ...signIn, port })
    expect(error.code).toBe('STEP_FAILED')
    expect(received).toEqual([])
  })

  test.each([
    ['MAIL', '550 CANARY', 'refused the sender or all recipients (550: '],
    ['RCPT', '553 CANARY', 'refused the sender or all recipients (553: '],
    ['DATA', '554 CANARY', 'refused the mail (554: '],
  ])('%s is refused', async (verb, answer, message) => {
    const port = await startScript({ [verb]: answer })
    const error = await refusal({ ...mail, port, security: 'none' })
    expect(error).toMatchObject({ code: 'STEP_FAILED', message: expect.stringContaining(message) })
    expect(error.message).not.toContain('CANARY')
  })

  test('for a mail that the server refuses after receiving it', async () => {
    const { port } = await startSmtp(password, {
      onData(stream, _session, done) {
        stream.on('end', () => done(Object.assign(new Error('CANARY'), { responseCode: 552 })))
        stream.resume()
      },
    })
    const error = await refusal({ ...trusting, port })
    expect(error).toMatchObject({
      code: 'STEP_FAILED',
      message: `smtp.test:${port} refused the mail (552: the mail is too large, or a mailbox is full).`,
    })
  })

  test('for a missing server', async () => {
    const port = await startTcp(() => {})
    const error = await refusal({ ...mail, port: port === 1 ? 2 : 1 })
    expect(error).toMatchObject({
      code: 'REQUEST_FAILED',
      message: expect.stringContaining('smtp.test:1 refused'),
    })
  })

  test('for a server that does not answer', async () => {
    const port = await startTcp(() => {})
    const error = await refusal({ ...mail, port, timeoutSeconds: 1 })
    expect(error).toMatchObject({ code: 'TIMEOUT', message: `smtp.test:${port} did not answer in time.` })
  })

  test('for a server that closes the connection at once', async () => {
    const port = await startTcp((socket) => socket.end())
    expect((await refusal({ ...mail, port })).code).toBe('REQUEST_FAILED')
  })

  test.each([
    ['hangs up', 'REQUEST_FAILED', (socket: Socket) => socket.destroy()],
    ['falls silent', 'TIMEOUT', () => {}],
  ])('a server that %s after receiving the mail may have accepted it', async (_what, code, stop) => {
    const port = await startTcp((socket) => {
      socket.write('220 fine\r\n')
      socket.on('data', (data) => {
        const text = data.toString()
        if (text.includes('\r\n.\r\n')) stop(socket)
        else if (/^(EHLO|MAIL|RCPT|DATA)/.test(text))
          socket.write(text.startsWith('DATA') ? '354 go\r\n' : '250 ok\r\n')
      })
    })
    const error = await refusal({ ...mail, port, security: 'none', timeoutSeconds: 1 })
    expect(error.code).toBe(code)
    expect(error.message).toContain('Whether it took the mail is unknown: look there.')
  })

  test('for a server with another protocol', async () => {
    const port = await startTcp((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const error = await refusal({ ...mail, port })
    expect(error.code).toBe('REQUEST_FAILED')
  })
})
