import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { AppError } from '../src/errors.ts'
import { createLogger } from '../src/log.ts'

const value = 'sk_live_log_canary_77'

/** The one line that logging the error writes. */
function logged(err: unknown): { err: unknown; line: string } {
  const lines: string[] = []
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  createLogger('info', 'test', destination).error({ err }, 'something failed')
  expect(lines).toHaveLength(1)
  const [line = ''] = lines
  return { err: (JSON.parse(line) as { err: unknown }).err, line }
}

const withCode = (code: string) => Object.assign(new Error(value), { code })
const withName = (name: string) => Object.assign(new Error(value), { name })

test('an AppError is logged with its code and its message', () => {
  expect(logged(new AppError('NOT_FOUND', 'There is no such run.')).err).toEqual({
    code: 'NOT_FOUND',
    message: 'There is no such run.',
  })
})

test.each<[string, unknown, string]>([
  ['of Node', withCode('ECONNREFUSED'), 'ECONNREFUSED'],
  ['of a library', withCode('UND_ERR_CONNECT_TIMEOUT'), 'UND_ERR_CONNECT_TIMEOUT'],
  ['of PostgreSQL', withCode('42P01'), '42P01'],
  ['with a value for a code', withCode(value), 'Error'],
  ['with a class', new TypeError(value), 'TypeError'],
  ['with a value for a name', withName(value), 'Error'],
  ['with a cause', new RangeError('x', { cause: new Error(value) }), 'RangeError'],
  ['that is a string', value, 'string'],
  ['that is an object', { value }, 'object'],
  [
    'with a getter that throws',
    Object.defineProperty(new Error(value), 'code', {
      get: () => {
        throw new Error(value)
      },
    }),
    'Error',
  ],
])('an error %s is logged only with a code', (_what, error, code) => {
  const { err, line } = logged(error)
  expect(err).toEqual({ code })
  expect(line).not.toContain(value)
})
