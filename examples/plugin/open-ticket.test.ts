import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { leakTest, testStep } from '@lockstep/steps/testing'
import openTicket from './open-ticket.ts'

const seen: (string | undefined)[] = []
const desk = createServer((request, response) => {
  seen.push(request.headers.authorization)
  response.end(JSON.stringify({ number: 42 }))
})
let server: string

before(async () => {
  await new Promise<void>((resolve) => desk.listen(0, '127.0.0.1', resolve))
  server = `http://127.0.0.1:${(desk.address() as AddressInfo).port}`
})
after(() => desk.close())

test('opens the ticket with the token', async () => {
  const { output, error } = await testStep(openTicket, {
    fields: { server, token: '{{ secrets.DESK_TOKEN }}', subject: 'It is down' },
    secrets: { DESK_TOKEN: 'desk-token-of-the-test' },
  })
  assert.equal(error, undefined)
  assert.deepEqual(output, { number: 42 })
  assert.deepEqual(seen, ['Bearer desk-token-of-the-test'])
})

test('does not leak the token', async () => {
  const fields = { server, token: '{{ secrets.DESK_TOKEN }}', subject: 'It is down' }
  await leakTest(openTicket, [{ name: 'opens', fields }])
})
