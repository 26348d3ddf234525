import { expect, test } from 'vitest'
import { wait } from '../../plugins/wait/wait.ts'
import { checkFields } from '../../src/steps/index.ts'
import { outcomeOf } from './outcome.ts'

test.each([
  [0, 0],
  [0.01, 0.01],
  ['{{ trigger.seconds }}', 0.02],
])('waits for %j seconds', async (seconds, waitedSeconds) => {
  const { output } = await outcomeOf(wait, { seconds }, { trigger: { seconds: 0.02 } })
  expect(output).toEqual({ waitedSeconds })
})

test('the executor waits for it, so that a run that waits long needs no worker', () => {
  expect(wait.delaySeconds?.({ seconds: 300 })).toBe(300)
  expect(wait.repeatable).toBe(true)
})

test.each([
  [{}, 'INVALID_FIELD', 'is required'],
  [{ seconds: -1 }, 'INVALID_FIELD', 'from 0 to 300'],
  [{ seconds: 301 }, 'INVALID_FIELD', 'from 0 to 300'],
  [{ seconds: 'soon' }, 'INVALID_FIELD', 'must be a number'],
  [{ seconds: '{{ secrets.DELAY }}' }, 'SECRET_NOT_ALLOWED', 'field "seconds"'],
])('saving refuses %j', (fields, code, message) => {
  const save = () => checkFields({ key: 'wait', type: wait }, fields)
  expect(save).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }))
})

test.each(['301', '-1', 'NaN', '', 'Infinity'])(
  'running refuses %j that came from an expression',
  async (seconds) => {
    const { error } = await outcomeOf(wait, { seconds: '{{ trigger.seconds }}' }, { trigger: { seconds } })
    expect(error?.code).toBe('INVALID_FIELD')
  },
)
