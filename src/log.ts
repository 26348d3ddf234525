import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import { databaseWords } from './database-words.ts'
import { AppError } from './errors.ts'

export type { Logger }

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/**
 * A logger of JSON lines. An error is written only as its code and message, because its other properties
 * (requests, responses, causes, the parameters of a query) may contain a value. Warnings of the same cause are one line a
 * minute: see {@link limitRepeats}.
 *
 * @param destination where the lines go; standard output when absent.
 */
export function createLogger(level: LogLevel, role: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { role },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError },
    hooks: { logMethod: limitRepeats() },
  }
  return destination ? pino(options, destination) : pino(options)
}

// For so long (milliseconds) a cause has one line.
const REPEAT_MS = 60_000
// From this level on (pino's number for `warn`).
const LIMITED_FROM = 40

type LogMethod = NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']>

/**
 * An outage meets every request. The first warning with an error is written at once; the same words with the same error
 * are counted for a minute, and then written as one line whose `leftOut` is that count.
 */
function limitRepeats(): LogMethod {
  const leftOut = new Map<string, number>()
  return function limit(args, method, level) {
    const cause = level < LIMITED_FROM ? undefined : causeOf(args)
    if (cause === undefined) return method.apply(this, args)
    const count = leftOut.get(cause)
    if (count !== undefined) return void leftOut.set(cause, count + 1)
    const [details, ...rest] = args
    const write = (left: number) => {
      leftOut.set(cause, 0)
      const told = left === 0 ? details : { ...(details as object), leftOut: left }
      method.apply(this, [told, ...rest] as unknown as typeof args)
      setTimeout(() => {
        const more = leftOut.get(cause) ?? 0
        if (more > 0) write(more)
        else leftOut.delete(cause)
      }, REPEAT_MS).unref()
    }
    write(0)
  }
}

/** What makes two lines the same; `undefined` for a line without an error. */
function causeOf([details, text]: readonly unknown[]): string | undefined {
  if (typeof details !== 'object' || details === null || !('err' in details)) return undefined
  const { code, message = '' } = describeError(details.err)
  return [text, code, message].join('\n')
}

// Codes of Node, of libraries and of PostgreSQL (SQLSTATE), and names of classes. No value looks like this.
const PLAIN_CODE = /^(?:[A-Z]{2,}(?:_[A-Z]+)*|[0-9A-Z]{5})$/
const PLAIN_NAME = /^[A-Za-z]{0,30}(?:Error|Exception)$/

/** The part of an error that may be logged. A foreign error has no message there, because it may quote a value. */
function describeError(error: unknown): { code: string; message?: string } {
  if (error instanceof AppError) return { code: error.code, message: error.message }
  try {
    if (!(error instanceof Error)) return { code: typeof error }
    const words = databaseWords(error)
    const message = words === undefined ? {} : { message: words }
    if ('code' in error && typeof error.code === 'string' && PLAIN_CODE.test(error.code))
      return { code: error.code, ...message }
    return { code: PLAIN_NAME.test(error.name) ? error.name : 'Error', ...message }
  } catch {
    // A getter of the error threw.
    return { code: 'Error' }
  }
}
