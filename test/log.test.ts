import { Writable } from 'node:stream'
import { expect, test, vi } from 'vitest'
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

test.each([
  ['a full disk', withCode('53100'), '53100', 'the disk of the database is full'],
  ['a code of a class', withCode('57P03'), '57P03', 'the database was shut down or restarts'],
  [
    'a lost connection',
    new Error('Connection terminated unexpectedly'),
    'Error',
    'the connection to the database is lost',
  ],
])('an error of the database is logged in words of ours: %s', (_what, error, code, message) => {
  expect(logged(error).err).toEqual({ code, message })
})

test('the same cause has one line a minute, which counts what was left out', () => {
  vi.useFakeTimers()
  try {
    const lines: { msg: string; leftOut?: number; err?: object }[] = []
    const write = (line: string) => void lines.push(JSON.parse(line))
    const log = createLogger('info', 'test', { write })
    const full = () => log.child({ request: 1 }).warn({ err: withCode('53100') }, 'a start failed')
    for (let times = 0; times < 100; times++) full()
    log.warn({ err: withCode('53200') }, 'a start failed')
    log.warn('without an error')
    log.warn('without an error')
    expect(lines.map(({ leftOut }) => leftOut)).toEqual([undefined, undefined, undefined, undefined])

    vi.advanceTimersByTime(60_000)
    expect(lines.slice(4)).toMatchObject([{ msg: 'a start failed', leftOut: 99, err: { code: '53100' } }])
    full()
    vi.advanceTimersByTime(60_000)
    expect(lines.slice(5)).toMatchObject([{ leftOut: 1 }])
    vi.advanceTimersByTime(60_000)
    expect(lines).toHaveLength(6)
    full()
    expect(lines.slice(6)).toMatchObject([{ msg: 'a start failed' }])
  } finally {
    vi.useRealTimers()
  }
})
