import { defineStep, field } from '@lockstep/steps'

/** A step type that says it is repeatable. */
const repeatableCall = defineStep({
  type: 'repeatable-call',
  title: 'Repeatable call',
  description: 'Calls a service that knows a repetition when it sees one.',
  repeatable: true,
  output: {},
  fields: {
    url: field.text({ label: 'URL', required: true }),
    key: field.text({ label: 'Key', secrets: true, required: true }),
  },
  async run({ url, key }, { http, idempotencyKey }) {
    const headers = { authorization: `Bearer ${key.reveal()}`, 'idempotency-key': idempotencyKey }
    const response = await http(url, { method: 'POST', headers })
    await response.arrayBuffer()
    return { status: response.status }
  },
})

export default [repeatableCall]
