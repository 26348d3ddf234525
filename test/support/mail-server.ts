import { SMTPServer } from 'smtp-server'

export interface ReceivedMail {
  to: string[]
  /** As it came, with its quoted-printable line ends taken out (RFC 2045, section 6.7). */
  text: string
}

/** A mail server on this machine, which keeps what it takes. */
export interface MailServer {
  /** Settings with which an instance sends its mails there. */
  env: NodeJS.ProcessEnv
  received: ReceivedMail[]
  /** While it is true, every mail is refused. */
  refuses: boolean
  close(): Promise<void>
}

export async function startMailServer(): Promise<MailServer> {
  const received: ReceivedMail[] = []
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    closeTimeout: 0,
    onRcptTo: (_address, _session, done) =>
      done(server.refuses ? Object.assign(new Error('no'), { responseCode: 550 }) : null),
    onData(stream, { envelope }, done) {
      const chunks: Uint8Array[] = []
      stream.on('data', (chunk: Uint8Array) => chunks.push(chunk))
      stream.on('end', () => {
        const text = Buffer.concat(chunks).toString().replaceAll('=\r\n', '').replaceAll('=3D', '=')
        received.push({ to: envelope.rcptTo.map(({ address }) => address), text })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
  const address = smtp.server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const server: MailServer = {
    env: {
      LOCKSTEP_SMTP_URL: `smtp://127.0.0.1:${port}`,
      LOCKSTEP_MAIL_FROM: 'Lockstep <lockstep@example.com>',
    },
    received,
    refuses: false,
    close: () => new Promise((resolve) => smtp.close(resolve)),
  }
  return server
}
