import { expect, test } from 'vitest'
import { setValues } from '../../plugins/set-values/set-values.ts'
import { checkFields } from '../../src/steps/index.ts'
import { runStep } from './run-step.ts'

test('the output is the rendered values', async () => {
  const values = { email: '{{ trigger.email }}', list: [1, '{{ trigger.n }}'] }
  const { output } = await runStep(setValues, { values }, { trigger: { email: 'a@b.test', n: 2 } })
  expect(output).toEqual({ email: 'a@b.test', list: [1, 2] })
})

test('a secret is refused when the step is saved', () => {
  const save = () => checkFields({ key: 'set', type: setValues }, { values: { a: ['{{ secrets.KEY }}'] } })
  expect(save).toThrow(expect.objectContaining({ code: 'SECRET_NOT_ALLOWED' }))
  expect(save).toThrow('Step "set": field "values": "a".[0]: refers to "secrets.KEY"')
})

test('a secret is refused when the step runs, even if it exists', async () => {
  const run = runStep(setValues, { values: '{"a": "{{ secrets.KEY }}"}' }, { secrets: { KEY: 'CANARY' } })
  await expect(run).rejects.toThrow(expect.objectContaining({ code: 'SECRET_NOT_ALLOWED' }))
})
