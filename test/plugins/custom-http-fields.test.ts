import { describe, expect, test } from 'vitest'
import { customHttp } from '../../plugins/custom-http/custom-http.ts'
import { AppError, checkFields, describeFields, destinationsOf, renderFields } from '../../src/steps/index.ts'
import { noProvenance } from '../../src/template/index.ts'

const check = (fields: unknown) => checkFields({ key: 'call', type: customHttp }, fields)
const url = 'https://api.example.com'

test('the fields have the documented names, kinds and defaults', () => {
  const fields = describeFields(customHttp).map((it) => [it.name, it.kind, it.default])
  expect(fields).toEqual([
    ['method', 'choice', 'GET'],
    ['otherMethod', 'text', null],
    ['url', 'url', null],
    ['query', 'pairs', null],
    ['headers', 'pairs', null],
    ['bodyKind', 'choice', 'none'],
    ['body', 'json', null],
    ['form', 'pairs', null],
    ['partTypes', 'pairs', null],
    ['fileNames', 'pairs', null],
    ['formFiles', 'pairs', null],
    ['file', 'text', null],
    ['timeoutSeconds', 'number', 30],
    ['followRedirects', 'boolean', true],
    ['maxRedirects', 'number', 5],
    ['retries', 'number', 0],
    ['failOnErrorStatus', 'boolean', true],
    ['pagination', 'choice', 'none'],
    ['nextPath', 'text', null],
    ['pageParameter', 'text', null],
    ['startAt', 'number', null],
    ['itemsPath', 'text', null],
    ['endOnNotFound', 'boolean', false],
    ['maxPages', 'number', 100],
    ['keepFile', 'boolean', false],
    ['fileName', 'text', null],
    ['protect', 'text', null],
    ['clientCertificate', 'multiline', null],
    ['clientCertificatePassphrase', 'text', null],
  ])
})

test('exactly the documented fields accept secrets', () => {
  const names = describeFields(customHttp).flatMap((it) => (it.acceptsSecrets ? [it.name] : []))
  expect(names).toEqual([
    'url',
    'query',
    'headers',
    'body',
    'form',
    'clientCertificate',
    'clientCertificatePassphrase',
  ])
})

test('the body kinds are the documented ones', () => {
  const bodyKind = describeFields(customHttp).find((it) => it.name === 'bodyKind')
  expect(bodyKind?.options).toEqual(['none', 'json', 'text', 'form', 'multipart', 'file'])
})

test.each([
  ['https://api.example.com:8443/x?y', 'https://api.example.com:8443'],
  ['https://api.example.com', 'https://api.example.com'],
  ['http://api.example.com/x', 'http://api.example.com'],
])('the destination of %s is the origin of the URL', (url, destination) => {
  const scope = { secrets: new Map(), trigger: null, steps: {}, ...noProvenance }
  const { input } = renderFields(customHttp, { url }, scope)
  expect(destinationsOf(customHttp, input)).toEqual([destination])
})

describe('saving', () => {
  test.each<[string, Record<string, unknown>]>([
    ['a URL alone', { url }],
    ['a JSON text', { url, method: 'POST', bodyKind: 'json', body: '{"a": "{{ secrets.KEY }}"}' }],
    ['a JSON structure', { url, method: 'POST', bodyKind: 'json', body: { a: '{{ secrets.KEY }}' } }],
    ['any text', { url, method: 'POST', bodyKind: 'text', body: '{ not json' }],
    ['what the form left of another body kind', { url, bodyKind: 'none', body: '{ half' }],
    ['a body kind that only the run knows', { url, bodyKind: '{{ trigger.kind }}', body: '{ half' }],
  ])('accepts %s', (_what, fields) => {
    expect(() => check(fields)).not.toThrow()
  })

  test.each<[string, Record<string, unknown>, string, RegExp]>([
    ['no URL', {}, 'INVALID_FIELD', /field "url": is required/],
    ['a URL without a scheme', { url: 'api.example.com' }, 'INVALID_FIELD', /field "url"/],
    [
      'JSON that is none',
      { url, bodyKind: 'json', body: '{ half' },
      'INVALID_FIELD',
      /field "body": is not valid JSON/,
    ],
    [
      'a structure as text',
      { url, bodyKind: 'text', body: {} },
      'INVALID_FIELD',
      /field "body": must be text/,
    ],
    [
      'a body without body kind',
      { url, body: '{}' },
      'INVALID_FIELD',
      /counts only while "bodyKind" is json or text/,
    ],
    [
      'a form without body kind',
      { url, form: [{ name: 'a', value: '' }] },
      'INVALID_FIELD',
      /is form or multipart/,
    ],
    ['a body kind without body', { url, bodyKind: 'json' }, 'INVALID_FIELD', /field "body": is required/],
    ['an unknown method', { url, method: 'get' }, 'INVALID_FIELD', /must be GET, POST/],
    ['too long a timeout', { url, timeoutSeconds: 301 }, 'INVALID_FIELD', /from 1 to 300/],
    ['no timeout', { url, timeoutSeconds: 0 }, 'INVALID_FIELD', /from 1 to 300/],
    ['too many redirects', { url, maxRedirects: 21 }, 'INVALID_FIELD', /from 0 to 20/],
    [
      'pages by cursor without a path',
      { url, pagination: 'cursor', pageParameter: 'c' },
      'INVALID_FIELD',
      /field "nextPath": is required/,
    ],
    [
      'pages by number without a parameter',
      { url, pagination: 'page' },
      'INVALID_FIELD',
      /field "pageParameter": is required/,
    ],
    ['too many pages', { url, pagination: 'link', maxPages: 1001 }, 'INVALID_FIELD', /from 1 to 1000/],
    ['paths without pages', { url, itemsPath: 'data' }, 'INVALID_FIELD', /counts only while "pagination" is/],
    [
      'a secret as a path',
      { url, pagination: 'link', itemsPath: '{{ secrets.KEY }}' },
      'SECRET_NOT_ALLOWED',
      /field "itemsPath"/,
    ],
    ['too many retries', { url, retries: 6 }, 'INVALID_FIELD', /from 0 to 5/],
    ['a secret as method', { url, method: '{{ secrets.KEY }}' }, 'SECRET_NOT_ALLOWED', /field "method"/],
    [
      'a secret as timeout',
      { url, timeoutSeconds: '{{ secrets.KEY }}' },
      'SECRET_NOT_ALLOWED',
      /"timeoutSeconds"/,
    ],
    [
      'a secret as the name of a header',
      { url, headers: [{ name: '{{ secrets.KEY }}', value: '' }] },
      'SECRET_NOT_ALLOWED',
      /field "headers": row 1 name/,
    ],
    ['an unknown field', { url, verb: 'GET' }, 'INVALID_FIELD', /has no field "verb"/],
  ])('refuses %s', (_what, fields, code, message) => {
    expect(() => check(fields)).toThrow(AppError)
    expect(() => check(fields)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    )
  })
})
