import { expect, it } from 'vitest'
import { adviceFor } from '../../web/src/runs/advice.ts'

it('the advice on a failed step fits the status that a service answered with', () => {
  const texts = [401, 404, 429, 418, 503].map((status) => adviceFor('STEP_FAILED', { status }))
  expect(new Set(texts).size).toBe(5)
  const others = [null, 'text', { status: 'x' }, { status: 200 }].map((output) =>
    adviceFor('STEP_FAILED', output),
  )
  expect(new Set(others)).toEqual(new Set([adviceFor('STEP_FAILED', null)]))
})
