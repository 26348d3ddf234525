import { AppError, defineStep, field, Sensitive } from '@lockstep/steps'

export default defineStep({
  type: 'open-ticket',
  title: 'Open a ticket',
  description: 'Opens a ticket in the help desk.',
  fields: {
    server: field.url({ label: 'Server', required: true, help: 'Such as https://desk.example.com' }),
    token: field.text({ label: 'API token', required: true, secrets: true, place: 'header' }),
    subject: field.text({ label: 'Subject', required: true }),
  },
  output: { type: 'object', properties: { number: { type: 'number' } } },
  destinations: ({ server }) => [new URL(server).origin],
  async run({ server, token, subject }, { http, idempotencyKey }) {
    const response = await http(new URL('/tickets', server), {
      method: 'POST',
      headers: {
        authorization: Sensitive.madeOf(`Bearer ${token.reveal()}`, [token]),
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey,
      },
      body: JSON.stringify({ subject }),
    })
    if (!response.ok) {
      throw new AppError('STEP_FAILED', `The help desk answered ${response.status}. Check the token.`)
    }
    const { number } = (await response.json()) as { number: number }
    return { number }
  },
})
