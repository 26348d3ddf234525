import { expect, test } from 'vitest'
import { AppError } from '../src/errors.ts'
import { hostMatches, parseHostPattern } from '../src/host-pattern.ts'

test.each([
  ['api.example.com', { host: 'api.example.com', wildcard: false }],
  ['API.Example.com.', { host: 'api.example.com', wildcard: false }],
  ['api.example.com:8443', { host: 'api.example.com', wildcard: false, port: 8443 }],
  ['*.example.com', { host: 'example.com', wildcard: true }],
  ['*.example.com:443', { host: 'example.com', wildcard: true, port: 443 }],
  ['bücher.example', { host: 'xn--bcher-kva.example', wildcard: false }],
  ['localhost', { host: 'localhost', wildcard: false }],
  ['127.0.0.1:8080', { host: '127.0.0.1', wildcard: false, port: 8080 }],
  ['[::1]:8080', { host: '::1', wildcard: false, port: 8080 }],
])('the pattern %j is read', (pattern, expected) => {
  expect(parseHostPattern(pattern)).toEqual(expected)
})

test.each([
  '',
  '*',
  '*.',
  '*.com',
  '*.localhost',
  '*.*.example.com',
  'api.*.com',
  'a*.example.com',
  '*example.com',
  '*.127.0.0.1',
  'https://api.example.com',
  'api.example.com/path',
  'user@api.example.com',
  'api.example.com:',
  'api.example.com:0',
  'api.example.com:99999',
  'api.example.com:*',
  'api example.com',
  'api.example.com?',
  'api.example.com#x',
  'api.example.com\\x',
  'a.example, b.example',
])('the pattern %j is refused', (pattern) => {
  const parse = () => parseHostPattern(pattern)
  expect(parse).toThrow(AppError)
  expect(parse).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }))
})

test.each([
  ['api.example.com', 'api.example.com', 443],
  ['api.example.com', 'api.example.com', 8080],
  ['api.example.com', 'API.EXAMPLE.COM', 443],
  ['api.example.com', 'api.example.com.', 443],
  ['api.example.com:443', 'api.example.com', 443],
  ['*.example.com', 'api.example.com', 443],
  ['*.example.com', 'a.b.example.com', 80],
  ['*.example.com:8443', 'api.example.com', 8443],
  ['127.0.0.1', '127.0.0.1', 80],
  ['[::1]', '::1', 80],
  ['[::1]', '[::1]', 80],
  ['bücher.example', 'xn--bcher-kva.example', 443],
])('%s covers %s:%i', (pattern, host, port) => {
  expect(hostMatches(pattern, host, port)).toBe(true)
})

test.each([
  ['api.example.com', 'example.com', 443],
  ['api.example.com', 'a.api.example.com', 443],
  ['api.example.com', 'api.example.com.evil.test', 443],
  ['api.example.com', 'xapi.example.com', 443],
  ['api.example.com:443', 'api.example.com', 80],
  ['*.example.com', 'example.com', 443],
  ['*.example.com', 'evil-example.com', 443],
  ['*.example.com', 'api.example.com.evil.test', 443],
  ['*.example.com:8443', 'api.example.com', 443],
  ['*', 'api.example.com', 443],
  ['*.com', 'example.com', 443],
  ['', 'example.com', 443],
  ['https://api.example.com', 'api.example.com', 443],
  ['api.example.com', '', 443],
])('%j does not cover %j:%i', (pattern, host, port) => {
  expect(hostMatches(pattern, host, port)).toBe(false)
})
