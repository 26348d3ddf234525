import { AppError, type RunErrorCode, runErrorCodes } from '../errors.ts'
import type { Redactor } from '../redactor/index.ts'
import type { StoredError } from '../store/entities/index.ts'

const isRunCode = (code: string): code is RunErrorCode => (runErrorCodes as readonly string[]).includes(code)

/**
 * What is stored of anything that a step threw: a code and a redacted message. The error itself is never
 * stored, for its other properties may hold requests, responses and options with values in them.
 */
export function describeStepError(thrown: unknown, redactor: Redactor): StoredError {
  const message = redactor.text(
    thrown instanceof Error ? thrown.message : 'It threw something that is no error.',
  )
  if (thrown instanceof AppError && isRunCode(thrown.code)) return { code: thrown.code, message }
  return { code: 'STEP_FAILED', message: message === '' ? 'The step failed and did not say why.' : message }
}
