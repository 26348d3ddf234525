import { expect, test } from 'vitest'
import { parseEgressAllow } from '../../src/egress/index.ts'
import { AppError } from '../../src/errors.ts'

test.each([
  ['', []],
  [' , ,', []],
  ['db.internal', [{ kind: 'host', host: 'db.internal' }]],
  ['DB.Internal.', [{ kind: 'host', host: 'db.internal' }]],
  ['bücher.internal', [{ kind: 'host', host: 'xn--bcher-kva.internal' }]],
  ['db.internal:5432', [{ kind: 'host', host: 'db.internal', port: 5432 }]],
  ['db.internal:80', [{ kind: 'host', host: 'db.internal', port: 80 }]],
  ['localhost', [{ kind: 'host', host: 'localhost' }]],
  ['127.0.0.1', [{ kind: 'network', address: '127.0.0.1', prefix: 32 }]],
  ['127.0.0.1:4100', [{ kind: 'network', address: '127.0.0.1', prefix: 32, port: 4100 }]],
  ['::1', [{ kind: 'network', address: '::1', prefix: 128 }]],
  ['[::1]', [{ kind: 'network', address: '::1', prefix: 128 }]],
  ['[fd00::7]:8080', [{ kind: 'network', address: 'fd00::7', prefix: 128, port: 8080 }]],
  ['10.0.0.0/8', [{ kind: 'network', address: '10.0.0.0', prefix: 8 }]],
  ['fd00::/8', [{ kind: 'network', address: 'fd00::', prefix: 8 }]],
  ['0.0.0.0/0', [{ kind: 'network', address: '0.0.0.0', prefix: 0 }]],
  [
    'a.internal, 10.0.0.0/8 ,[::1]:1',
    [
      { kind: 'host', host: 'a.internal' },
      { kind: 'network', address: '10.0.0.0', prefix: 8 },
      { kind: 'network', address: '::1', prefix: 128, port: 1 },
    ],
  ],
])('%j is parsed', (text, entries) => {
  expect(parseEgressAllow(text)).toEqual(entries)
})

test.each([
  'http://db.internal',
  'db.internal/path',
  'user@db.internal',
  'db.internal:0',
  'db.internal:65536',
  'db.internal:http',
  'db internal',
  '*.internal',
  '*',
  '.',
  'a..',
  '10.0.0.0/33',
  '10.0.0.0/-1',
  '10.0.0.0/8/8',
  '10.0.0.0/',
  '10.0/8',
  'fd00::/129',
  'fe80::1%eth0',
  '[::1',
  '300.1.1.1',
  'host/24',
])('the entry %j is refused with its text', (entry) => {
  const parse = () => parseEgressAllow(`good.internal,${entry}`)
  expect(parse).toThrow(AppError)
  expect(parse).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }))
  expect(parse).toThrow(entry)
})
