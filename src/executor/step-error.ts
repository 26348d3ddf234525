import { AppError, type RunErrorCode, runErrorCodes } from '../errors.ts'
import type { Redactor } from '../redactor/index.ts'
import type { StoredError } from '../store/entities/index.ts'

const isRunCode = (code: string): code is RunErrorCode => (runErrorCodes as readonly string[]).includes(code)

/**
 * What is stored of anything that a step threw: a code and a redacted message. The error itself is never
 * stored, for its other properties may hold requests, responses and options with values in them.
 */
export function describeStepError(thrown: unknown, redactor: Redactor): StoredError {
  const { code, message } = read(thrown)
  return { code, message: redactor.text(message || 'The step failed and did not say why.') }
}

/** A step can throw anything: a proxy, an error whose message is an object, or one that throws when it is read. */
function read(thrown: unknown): StoredError {
  const code = 'STEP_FAILED'
  try {
    if (!(thrown instanceof Error)) return { code, message: 'It threw something that is no error.' }
    const message = typeof thrown.message === 'string' ? thrown.message : ''
    const known = thrown instanceof AppError && isRunCode(thrown.code)
    return { code: known ? thrown.code : code, message }
  } catch {
    return { code, message: '' }
  }
}
