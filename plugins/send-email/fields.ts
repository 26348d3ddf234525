import { field, type Input } from '../../src/steps/index.ts'

const ONE_OR_MORE = 'An expression inside a string is one address, whatever it holds.'
const encrypted = { field: 'security', is: ['starttls', 'tls'] } as const

/** Many servers see a mail, so only the fields that authenticate the sender take secrets. */
export const fields = {
  host: field.text({ label: 'SMTP server', required: true, help: 'Such as smtp.example.com.' }),
  port: field.number({ label: 'Port', min: 1, max: 65_535, integer: true, default: 587 }),
  security: field.choice({
    label: 'Encryption',
    options: ['starttls', 'tls', 'none'],
    default: 'starttls',
    help: 'starttls is usual on port 587, tls on 465. Signing in needs encryption.',
  }),
  certificateAuthority: field.multiline({
    label: 'Certificate authority',
    help: 'PEM. Only for a server whose certificate is from your own authority.',
    when: encrypted,
  }),
  username: field.text({ label: 'User name', secrets: true, when: encrypted }),
  password: field.text({ label: 'Password', secrets: true, when: encrypted }),
  from: field.text({
    label: 'From',
    required: true,
    help: 'ann@example.com, Ann Example <ann@example.com>, or "Example, Ann" <ann@example.com>.',
  }),
  to: field.json({
    label: 'To',
    required: true,
    help: `A list such as ["ann@example.com", "Ben <{{ trigger.body.email }}>"]. ${ONE_OR_MORE}`,
  }),
  cc: field.json({ label: 'Cc', help: 'A list as in "To".' }),
  bcc: field.json({
    label: 'Bcc',
    help: 'A list as in "To". The other recipients do not see these addresses.',
  }),
  replyTo: field.text({ label: 'Reply to', help: 'One address, as in "From".' }),
  subject: field.text({ label: 'Subject', required: true }),
  text: field.multiline({ label: 'Text' }),
  html: field.multiline({
    label: 'HTML',
    help: 'Values are inserted unescaped, so escape values from strangers.',
  }),
  headers: field.pairs({ label: 'Further headers', place: 'header' }),
  clientName: field.text({
    label: 'Name in EHLO',
    help: 'How this side names itself to the server, such as robot.example.com. Without it, the domain of "From".',
  }),
  timeoutSeconds: field.number({
    label: 'Timeout in seconds',
    help: 'How long to wait for an answer of the server.',
    min: 1,
    max: 300,
    default: 30,
  }),
}

export type SendEmailInput = Input<typeof fields>
