import { expect, test } from 'vitest'
import { describeStepError } from '../../src/executor/step-error.ts'
import { createRunRedactor } from '../../src/redactor/index.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { AppError, type ErrorPlace, fieldError } from '../../src/steps/index.ts'

const value = 'hunter2-correct-horse'

async function stored(at: unknown, secret = value) {
  const redactor = createRunRedactor()
  redactor.learn(['KEY'], new Sensitive(secret))
  const thrown = new AppError('STEP_FAILED', 'It failed.', { at: at as ErrorPlace })
  return (await describeStepError(thrown, redactor)).at
}

test('the place of an error within the step is stored', async () => {
  const error = await describeStepError(
    fieldError({ field: 'headers', row: 2 }, 'is wrong.'),
    createRunRedactor(),
  )
  expect(error).toEqual({
    code: 'INVALID_FIELD',
    message: 'field "headers": row 2: is wrong.',
    at: { field: 'headers', row: 2 },
  })
  expect(await stored({ field: 'query', line: 3, column: 14 })).toEqual({
    field: 'query',
    line: 3,
    column: 14,
  })
})

test.each<[string, unknown]>([
  ['none', undefined],
  ['a text', 'headers'],
  ['an empty one', {}],
  ['texts for numbers, and a number for a name', { field: 1, row: '2', line: null }],
  ['numbers that count nothing', { row: 0, line: -1, column: 1.5 }],
  ['a number that no Int can be', { row: 2 ** 31 }],
  ['a step, which the author does not name', { step: 'other' }],
])('a place that is %s is omitted', async (_what, at) => {
  expect(await stored(at)).toBeUndefined()
})

test('the place of an error cannot contain a value', async () => {
  expect(await stored({ field: `a ${value}`, row: 1, more: value })).toEqual({
    field: 'a [secret KEY]',
    row: 1,
  })
  expect(await stored({ row: 1948271634 }, '1948271634')).toBeUndefined()
})

test('a run that used a guessable value shows no place', async () => {
  expect(await stored({ field: 'body', line: 4711 }, '4711')).toBeUndefined()
  expect(await stored({ field: 'body', line: 4712 }, '4711')).toBeUndefined()
})

test('an error whose place throws when it is read has no place', async () => {
  const at = {
    get field(): string {
      throw new Error(value)
    },
  }
  const thrown = new AppError('STEP_FAILED', 'It failed.', { at })
  const error = await describeStepError(thrown, createRunRedactor())
  expect(error).toEqual({ code: 'STEP_FAILED', message: 'The step failed and did not say why.' })
})
