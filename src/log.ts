import { type DestinationStream, type Logger, pino } from 'pino'
import { databaseWords } from './database-words.ts'
import { AppError } from './errors.ts'

export type { Logger }

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/**
 * A logger of JSON lines. An error is written only as its code and message, because its other properties
 * (requests, responses, causes, the parameters of a query) may contain a value.
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
  }
  return destination ? pino(options, destination) : pino(options)
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
