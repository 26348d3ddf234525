import { describe, expect, test } from 'vitest'
import { createEgress, parseEgressAllow } from '../../src/egress/index.ts'
import { lookupIn, refusal, stepSecrets, value } from './world.ts'

const lookup = lookupIn({
  'mail.test': ['93.184.216.34'],
  'two.test': ['93.184.216.34', '10.0.0.1'],
  'inside.test': ['10.0.0.1'],
  'loop.test': ['127.0.0.1'],
})

function lookupFor(allow: string, hosts?: readonly string[]) {
  const secrets = stepSecrets(hosts ? { PASSWORD: { value, hosts } } : {})
  return createEgress({ allow: parseEgressAllow(allow), lookup }).lookupForStep(secrets)
}

describe('a step with another protocol', () => {
  test('gets the checked address of a public host', async () => {
    expect(await lookupFor('')('mail.test', 587)).toBe('93.184.216.34')
  })

  test('gets a literal address', async () => {
    expect(await lookupFor('')('93.184.216.34', 587)).toBe('93.184.216.34')
    expect(await lookupFor('')('2606:2800:220:1::1', 587)).toBe('2606:2800:220:1:0:0:0:1')
  })

  test.each([
    ['inside.test', 5432],
    ['two.test', 5432],
    ['127.0.0.1', 5432],
    ['::1', 5432],
    ['169.254.169.254', 80],
    ['metadata.google.internal', 80],
  ])('gets no private address: %s', async (host, port) => {
    await refusal(lookupFor('')(host, port), 'DESTINATION_NOT_ALLOWED')
  })

  test('gets a private address that the operator allows, only at its port', async () => {
    expect(await lookupFor('loop.test:5432')('loop.test', 5432)).toBe('127.0.0.1')
    await refusal(lookupFor('loop.test:5432')('loop.test', 5433), 'DESTINATION_NOT_ALLOWED')
  })

  test('reaches only the hosts and ports of its bound secret', async () => {
    expect(await lookupFor('', ['mail.test:587'])('mail.test', 587)).toBe('93.184.216.34')
    await refusal(lookupFor('', ['mail.test:587'])('mail.test', 25), 'DESTINATION_NOT_ALLOWED')
    await refusal(lookupFor('', ['other.test'])('mail.test', 587), 'DESTINATION_NOT_ALLOWED')
  })

  test.each([
    ['mail.test/x', 587],
    ['mail.test', 0],
    ['mail.test', 70_000],
    ['a b', 25],
    ['', 25],
  ])('gets an error for an invalid host or port: %s %s', async (host, port) => {
    await refusal(lookupFor('')(host, port), 'INVALID_FIELD')
  })

  test('gets an error for an unknown host', async () => {
    await refusal(lookupFor('')('nowhere.test', 25), 'REQUEST_FAILED')
  })
})
