import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { openMailer } from '../../src/mail/mailer.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { TestAuthority } from '../egress/certificates.ts'
import { collect } from '../support/app.ts'

const LINK = 'https://lockstep.example.com/reset-password#token-in-a-link'

const authority = new TestAuthority()
const trusted = getCACertificates('default')
beforeAll(() => setDefaultCACertificates([...trusted, authority.pem]))
afterAll(() => setDefaultCACertificates(trusted))

/** Sends a mail by a server that is not on this machine, as far as its name tells. */
async function sendBy(options: SMTPServerOptions) {
  const mails: { text: string; isSecure: boolean }[] = []
  let heard = ''
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    ...options,
    onData(stream, { secure }, done) {
      let text = ''
      stream.on('data', (chunk: Uint8Array) => {
        text += Buffer.from(chunk).toString()
      })
      stream.on('end', () => {
        mails.push({ text, isSecure: secure })
        done()
      })
    },
  })
  server.on('error', () => undefined)
  server.server.on('connection', (socket) => {
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(resolve)))
  const address = server.server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const lines: string[] = []
  const url = new Sensitive(`smtp://0.0.0.0:${port}`)
  const mailer = await openMailer(
    { url, from: 'lockstep@example.com' },
    createLogger('info', 'test', collect(lines)),
  )
  mailer.send('ada@example.com', 'A link', LINK)
  await mailer.close()
  return { mails, heard, log: lines.join('') }
}

test('a link goes over STARTTLS, to a server whose certificate is trusted', async () => {
  const { mails, heard, log } = await sendBy(authority.issue(['0.0.0.0']))
  expect(mails).toMatchObject([{ isSecure: true, text: expect.stringContaining('token-in-a-link') }])
  expect(heard).not.toContain('token-in-a-link')
  expect(log).toBe('')
})

test.each<[what: string, options: SMTPServerOptions]>([
  ['that does not offer STARTTLS', { disabledCommands: ['STARTTLS'] }],
  ['with the certificate of a stranger', new TestAuthority().issue(['0.0.0.0'])],
  ['with a certificate of another name', authority.issue(['mail.example.org'])],
])('a server %s gets no link, and the log says that it was not sent', async (_what, options) => {
  const { mails, heard, log } = await sendBy(options)
  expect(mails).toEqual([])
  expect(heard).not.toMatch(/MAIL FROM|token-in-a-link/i)
  expect(log).toContain('a mail could not be sent')
  expect(log).not.toContain('token-in-a-link')
})
