import type { Transporter } from 'nodemailer'
import type { Logger } from '../../log.ts'
import type { MailConfig } from '../../sign-in-config.ts'

/** Sends the mails of sign-in. */
export interface Mailer {
  /** Sends in the background: how long an answer takes must not tell whether a mail is on its way. */
  send(to: string, subject: string, text: string): void
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
        // The server's own words may repeat what it was sent, which holds the link.
        (error: { code?: string; responseCode?: number }) => {
          const { code, responseCode } = error
          log.error({ code, responseCode }, 'a mail of sign-in could not be sent')
        },
      )
      sending.add(sent)
      void sent.then(() => sending.delete(sent))
    },
    async close() {
      await Promise.all(sending)
      transport.close()
    },
  }
}

/** The mails of sign-in. Links have their token behind the `#`, which a browser sends to no server. */
export function passwordResetMail(publicUrl: string, token: string): [subject: string, text: string] {
  const text = `Somebody asked to set a new password for your account at ${publicUrl}.

Open this link to choose one. It works once, within an hour, and ends all sessions of the account:

${publicUrl}/reset-password#${token}

If it was not you, ignore this mail: nothing has changed.
`
  return ['Set a new password for Lockstep', text]
}

export function verificationMail(publicUrl: string, token: string): [subject: string, text: string] {
  const text = `Open this link within an hour to confirm that this address is yours:

${publicUrl}/verify-email#${token}

If you have no account at ${publicUrl}, ignore this mail.
`
  return ['Confirm your email address for Lockstep', text]
}
