import { AppError, type RunErrorCode, runErrorCodes } from '../errors.ts'
import type { RunRedactor } from '../redactor/index.ts'
import type { StoredError } from '../store/entities/index.ts'

const isRunCode = (code: string): code is RunErrorCode => (runErrorCodes as readonly string[]).includes(code)

/**
 * What is stored of anything that a step threw: a code and a redacted message. The error itself is never
 * stored, for its other properties may hold requests, responses and options with values in them.
 */
export async function describeStepError(thrown: unknown, redactor: RunRedactor): Promise<StoredError> {
  const { code, message } = read(thrown)
  if (message === '') return { code, message: 'The step failed and did not say why.' }
  try {
    return { code, message: await redactor.largeText(message) }
  } catch {
    // It took too much time or memory: then nobody can say that it holds no value.
    return { code, message: 'The step failed with a message that is too large to be shown.' }
  }
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
