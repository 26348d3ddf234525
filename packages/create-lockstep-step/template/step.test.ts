import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { leakTest, testStep } from '@lockstep/steps/testing'
import step from './step.ts'

const seen: (string | undefined)[] = []
const service = createServer((request, response) => {
  seen.push(request.headers.authorization)
  response.end(JSON.stringify({ id: '42' }))
})
let server: string

before(async () => {
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  server = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
})
after(() => service.close())

test('sends the text with the token', async () => {
  const { output, error } = await testStep(step, {
    fields: { server, token: '{{ secrets.TOKEN }}', text: 'Hello {{ trigger.body.name }}' },
    secrets: { TOKEN: 'token-of-the-test' },
    trigger: { body: { name: 'Ann' } },
  })
  assert.equal(error, undefined)
  assert.deepEqual(output, { id: '42' })
  assert.deepEqual(seen, ['Bearer token-of-the-test'])
})

test('shows nothing of the token', async () => {
  const fields = { server, token: '{{ secrets.TOKEN }}', text: 'Hello' }
  await leakTest(step, [{ name: 'sends', fields }])
})
