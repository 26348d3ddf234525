import { AppError, defineStep, field, Sensitive } from '@lockstep/steps'

export default defineStep({
  type: 'my-step',
  title: 'My step',
  description: 'Sends a text to a service.',
  fields: {
    server: field.url({ label: 'Server', required: true, help: 'Such as https://api.example.com' }),
    token: field.text({ label: 'API token', required: true, secrets: true, place: 'header' }),
    text: field.text({ label: 'Text', required: true }),
  },
  output: { type: 'object', properties: { id: { type: 'string', description: 'What the service made.' } } },
  destinations: ({ server }) => [new URL(server).origin],
  async run({ server, token, text }, { http, idempotencyKey }) {
    const response = await http(new URL('/items', server), {
      method: 'POST',
      headers: {
        // `token` is Sensitive: only reveal() shows its text, so that it is in no log and no error.
        authorization: Sensitive.madeOf(`Bearer ${token.reveal()}`, [token]),
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey,
      },
      body: JSON.stringify({ text }),
    })
    if (!response.ok) {
      throw new AppError('STEP_FAILED', `The service answered ${response.status}. Check the token.`)
    }
    const { id } = (await response.json()) as { id: string }
    return { id }
  },
})
