import { defineStep, type StepType } from '../../src/steps/index.ts'
import { domainOf } from './address.ts'
import { describeFailure } from './failure.ts'
import { fields } from './fields.ts'
import { messageOf } from './message.ts'
import { serverOf } from './server.ts'
import { transportTo, watchHandover } from './transport.ts'

/**
 * Sends one mail through an SMTP server.
 *
 * Example:
 * `{ "host": "smtp.example.com", "username": "robot", "password": "{{ secrets.SMTP_PASSWORD }}",
 * "from": "robot@example.com", "to": ["{{ trigger.body.email }}"], "subject": "Welcome", "text": "Hello." }`
 *
 * The password goes only to that server, only over TLS with a verified certificate, and never into a log:
 * nodemailer's log is off, and errors show only the server's codes, in our words. A stranger's value can add neither
 * a recipient nor a header. The Message-ID is made from the step's idempotency key.
 */
export const sendEmail: StepType = defineStep({
  type: 'send-email',
  title: 'Send an email',
  icon: 'mail',
  description: 'Sends an email through an SMTP server.',
  fields,
  output: {
    type: 'object',
    properties: {
      messageId: { type: 'string', description: 'The Message-ID of the mail.' },
      accepted: {
        type: 'array',
        items: { type: 'string' },
        description: 'The recipients that the server took.',
      },
      rejected: { type: 'array', items: { type: 'string' }, description: 'Those that it refused.' },
    },
  },
  destinations: (input) => [serverOf(input).name],
  async run(input, { connect, idempotencyKey, signal }) {
    const server = serverOf(input)
    const message = messageOf(input, idempotencyKey)
    const { transport, socket } = await transportTo(server, connect, input, domainOf(message.from))
    const isHandedOver = watchHandover(transport)
    try {
      const { accepted, rejected } = await transport.sendMail({ ...message, signal })
      return { messageId: message.messageId, accepted, rejected }
    } catch (error) {
      signal.throwIfAborted()
      throw describeFailure(error, server.name, isHandedOver())
    } finally {
      transport.close()
      socket.destroy()
    }
  },
})
