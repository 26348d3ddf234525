import { expect, test } from 'vitest'
import { createVariables } from '../../src/domain/variables.ts'

const output = { type: 'object', properties: { status: {} } }
const parts = {
  // No automation has run.
  store: { read: async () => [] },
  registry: { list: () => [{ type: 'call', output }] },
  secrets: { list: async () => [{ name: 'API_KEY' }] },
}
const { listOfMany } = createVariables(parts as unknown as Parameters<typeof createVariables>[0])
const automation = (id: string, schedule?: object) => ({
  workspace: 'acme',
  id,
  schedule,
  steps: [
    { key: 'first', type: 'call' },
    { key: 'second', type: 'call' },
  ],
})

test('groups without a sample are made once for all automations that are alike', async () => {
  const keys = [automation('a'), automation('b'), automation('c', {})].map((it) => ({
    automation: it as never,
    step: undefined,
  }))
  const [a, b, c] = await listOfMany('acme', keys)
  expect(a?.map(({ title, variables }) => [title, variables.map(({ reference }) => reference)])).toEqual([
    ['Trigger', ['{{ trigger }}']],
    ['first', ['{{ steps.first.output }}', '{{ steps.first.output.status }}']],
    ['second', ['{{ steps.second.output }}', '{{ steps.second.output.status }}']],
    ['Secrets', ['{{ secrets.API_KEY }}']],
  ])
  // So is their list, which is then written once as a whole.
  expect(b).toBe(a)
  // What starts it by a schedule gives the trigger more.
  expect(c?.map((group, index) => group === a?.[index])).toEqual([false, true, true, true])
})
