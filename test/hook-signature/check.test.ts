import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isSigned, mayBeSigned, signingAdvice } from '../../src/hook-signature/index.ts'
import type { HookSignature, HookSignatureFormat } from '../../src/store/entities/index.ts'

const signature = (style: HookSignature['style'], format?: HookSignatureFormat): HookSignature => ({
  secret: 'SIGNING',
  style,
  ...(format && { format }),
})
const hmac = (algorithm: string, key: string | Buffer, text: string) =>
  createHmac(algorithm, key).update(text).digest()

/** What each service gives as an example in its documentation, with the time at which it was signed (seconds). */
const published = {
  GITHUB: {
    value: "It's a Secret to Everybody",
    at: 0,
    rawBody: 'Hello, World!',
    headers: {
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    },
  },
  SLACK: {
    value: '8f742231b10e8888abcd99yyyzzz85a5',
    at: 1531420618,
    rawBody:
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
    headers: {
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    },
  },
  STANDARD_WEBHOOKS: {
    value: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    at: 1614265330,
    rawBody: '{"test": 2432232314}',
    headers: {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
  },
} as const

describe.each(Object.entries(published))(
  'the example that %s publishes',
  (style, { value, at, ...request }) => {
    const by = signature(style as HookSignature['style'])
    test('is signed', () => {
      expect(isSigned(request, by, value, at * 1000)).toBe(true)
    })
    test('is not with one character of the body changed, or with another key', () => {
      const other = { ...request, rawBody: `${request.rawBody.slice(0, -1)}~` }
      expect(isSigned(other, by, value, at * 1000)).toBe(false)
      // It looks the same to somebody without the key.
      expect(mayBeSigned(other, by, at * 1000)).toBe(true)
      expect(isSigned(request, by, `${value}x`, at * 1000)).toBe(false)
      expect(isSigned(request, by, '', at * 1000)).toBe(false)
    })
    test('is not without one of its headers', () => {
      for (const name of Object.keys(request.headers)) {
        const { [name]: _gone, ...headers } = request.headers as Record<string, string>
        expect(mayBeSigned({ ...request, headers }, by, at * 1000)).toBe(false)
        expect(isSigned({ ...request, headers }, by, value, at * 1000)).toBe(false)
      }
    })
    test.runIf(at > 0)('is not when it comes more than five minutes later or earlier', () => {
      for (const late of [-301, 301]) {
        expect(mayBeSigned(request, by, (at + late) * 1000)).toBe(false)
        expect(isSigned(request, by, value, (at + late) * 1000)).toBe(false)
      }
      expect(isSigned(request, by, value, (at + 299) * 1000)).toBe(true)
    })
  },
)

describe('Shopify', () => {
  const by = signature('SHOPIFY')
  const rawBody = '{"id":820982911946154500,"note":"ü"}'
  const code = hmac('sha256', 'hush', rawBody).toString('base64')
  const at = (text: string) => ({ rawBody, headers: { 'x-shopify-hmac-sha256': text } })
  test('signs the body alone, in base64', () => {
    expect(isSigned(at(code), by, 'hush', 0)).toBe(true)
  })
  test.each([
    ['hexadecimal', hmac('sha256', 'hush', rawBody).toString('hex')],
    ['cut', code.slice(0, -4)],
    ['of another hash', hmac('sha512', 'hush', rawBody).toString('base64')],
    ['with a prefix', `sha256=${code}`],
    ['empty', ''],
  ])('what is %s is no signature', (_what, text) => {
    expect(mayBeSigned(at(text), by, 0)).toBe(false)
    expect(isSigned(at(text), by, 'hush', 0)).toBe(false)
  })
})

test('of several signatures in a header, one has to be right, and of a scheme that counts', () => {
  const { value, at, rawBody, headers } = published.STANDARD_WEBHOOKS
  const right = headers['webhook-signature']
  const wrong = `v1,${Buffer.alloc(32).toString('base64')}`
  const by = signature('STANDARD_WEBHOOKS')
  const check = (text: string) =>
    isSigned({ rawBody, headers: { ...headers, 'webhook-signature': text } }, by, value, at * 1000)
  expect(check(`${wrong} ${right}`)).toBe(true)
  expect(check(`v1a,${right.slice(3)} ${right}`)).toBe(true)
  expect(check(`v1a,${right.slice(3)}`)).toBe(false)
  expect(check(`${wrong} ${wrong}`)).toBe(false)
})

test('a key of Standard Webhooks counts with and without whsec_, and one that is not base64 never', () => {
  const { value, at, ...request } = published.STANDARD_WEBHOOKS
  const by = signature('STANDARD_WEBHOOKS')
  expect(isSigned(request, by, value.slice('whsec_'.length), at * 1000)).toBe(true)
  const key = 'whsec_not base64!'
  const text = `${request.headers['webhook-id']}.${at}.${request.rawBody}`
  const code = hmac('sha256', Buffer.from('not base64!', 'base64'), text).toString('base64')
  const headers = { ...request.headers, 'webhook-signature': `v1,${code}` }
  expect(isSigned({ ...request, headers }, by, key, at * 1000)).toBe(false)
})

describe('a format of its own', () => {
  const format: HookSignatureFormat = {
    header: 'X-Acme-Sign',
    algorithm: 'SHA512',
    encoding: 'BASE64',
    prefix: 'acme ',
    signed: '{timestamp}|{body}|{timestamp}',
    timestampHeader: 'X-Acme-Time',
    toleranceSeconds: 30,
  }
  const by = signature('CUSTOM', format)
  const rawBody = 'text with {timestamp} and {body} in it'
  const request = (time: string) => ({
    rawBody,
    headers: {
      'x-acme-time': time,
      'x-acme-sign': `acme ${hmac('sha512', 'key', `${time}|${rawBody}|${time}`).toString('base64')}`,
    },
  })
  test('counts as it is described, and what stands in the body is not replaced', () => {
    expect(isSigned(request('1000'), by, 'key', 1_000_000)).toBe(true)
    expect(isSigned(request('1000'), by, 'key', 1_029_000)).toBe(true)
    expect(isSigned(request('1000'), by, 'key', 1_031_000)).toBe(false)
    expect(isSigned(request('-1'), by, 'key', 0)).toBe(false)
    expect(isSigned(request('1e3'), by, 'key', 1_000_000)).toBe(false)
  })
  test('is said in the advice to the sender', () => {
    expect(signingAdvice(by)).toMatch(/secret SIGNING, in the header X-Acme-Sign\..* 30 seconds/)
  })
})
