import { describe, expect, it } from 'vitest'
import { adviceFor, missingSecrets, refusedHost } from '../../web/src/runs/advice.ts'

describe('the advice on a failed step', () => {
  it.each([
    ['The secret STRIPE_KEY may not go to api.test. An admin can enter its value again.', 'api.test'],
    ['The secret STRIPE_KEY may not go to http://127.0.0.1:80. An admin', 'http://127.0.0.1:80'],
    ['The secret STRIPE_KEY may not go to api.test with the method PUT. An admin', undefined],
    ['The secret STRIPE_KEY may not stand in the URL. An admin', undefined],
  ])('finds the host in “%s”', (message, host) => {
    const found = refusedHost({ code: 'DESTINATION_NOT_ALLOWED', message })
    expect(found).toEqual(host && { secret: 'STRIPE_KEY', host })
  })

  it('finds every missing secret', () => {
    const error = (message: string) => ({ code: 'SECRET_NOT_FOUND', message })
    expect(missingSecrets(error('The secret A_B does not exist in this workspace. Ask'))).toEqual(['A_B'])
    expect(missingSecrets(error('The secrets A, B do not exist in this workspace.'))).toEqual(['A', 'B'])
    expect(missingSecrets(error('Something else.'))).toEqual([])
  })

  it('fits the status that a service answered with', () => {
    const failed = (message: string) => adviceFor({ code: 'STEP_FAILED', message })
    const texts = [401, 404, 429, 418, 503].map((status) => failed(`The server answered ${status}.`))
    expect(new Set(texts).size).toBe(5)
    expect(failed('The connection broke off.')).toContain('Look at what the step says')
  })
})
