import type { Transporter } from 'nodemailer'
import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { MailConfig } from '../sign-in-config.ts'

/** Sends Lockstep's own mails. */
export interface Mailer {
  /** Sends in the background: how long an answer takes must not tell whether a mail is on its way. */
  send(to: string, subject: string, text: string): void
  /**
   * Sends, and says whether the server took it.
   *
   * @throws AppError REQUEST_FAILED, without the server's words.
   */
  deliver(to: readonly string[], subject: string, text: string): Promise<void>
  /** Waits for what is on its way, and closes the connection. */
  close(): Promise<void>
}

// In milliseconds.
const PATIENCE = 20_000

const isHere = (host: string): boolean => /^(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(host)

export async function openMailer({ url, from, clientName }: MailConfig, log: Logger): Promise<Mailer> {
  const { createTransport } = await import('nodemailer')
  const { protocol, hostname, port, username, password } = new URL(url.reveal())
  const secure = protocol === 'smtps:'
  const transport: Transporter = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (secure ? 465 : 587),
    secure,
    // Without a name, nodemailer says the address of this machine, such as [127.0.0.1], which many relays refuse.
    name: clientName ?? from.replace(/^.*@|>.*$/g, ''),
    // The mail holds a link that opens an account. Without this, an attacker in between could ask for clear text.
    requireTLS: !secure && !isHere(hostname),
    ...(username !== '' && {
      auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    }),
    connectionTimeout: PATIENCE,
    greetingTimeout: PATIENCE,
    socketTimeout: PATIENCE,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  })
  const sending = new Set<Promise<void>>()
  return {
    send(to, subject, text) {
      const sent = transport.sendMail({ from, to: { name: '', address: to }, subject, text }).then(
        () => undefined,
        // The server's own words may repeat what it was sent, which may hold a link that opens an account.
        (error: { code?: string; responseCode?: number }) => {
          const { code, responseCode } = error
          log.error({ code, responseCode }, 'a mail could not be sent')
        },
      )
      sending.add(sent)
      void sent.then(() => sending.delete(sent))
    },
    async deliver(to, subject, text) {
      const addresses = to.map((address) => ({ name: '', address }))
      try {
        await transport.sendMail({ from, to: addresses, subject, text })
      } catch (error) {
        const { code, responseCode } = error as { code?: string; responseCode?: number }
        throw new AppError(
          'REQUEST_FAILED',
          `The mail server did not take the mail (${responseCode ?? code}).`,
        )
      }
    },
    async close() {
      await Promise.all(sending)
      transport.close()
    },
  }
}
