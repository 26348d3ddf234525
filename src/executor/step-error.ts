import { AppError, type ErrorPlace, type RunErrorCode, readSubject, runErrorCodes } from '../errors.ts'
import type { RunRedactor } from '../redactor/index.ts'
import { StepError } from '../steps/index.ts'
import type { StoredError } from '../store/entities/index.ts'

const isRunCode = (code: string): code is RunErrorCode => (runErrorCodes as readonly string[]).includes(code)

/**
 * What is stored of anything that a step threw: a code and a redacted message. The error itself is never
 * stored, for its other properties may hold requests, responses and options with values in them.
 */
export async function describeStepError(thrown: unknown, redactor: RunRedactor): Promise<StoredError> {
  const { code, message, at, retry, details } = read(thrown)
  if (message === '') return { code, message: 'The step failed and did not say why.' }
  try {
    const redacted: StoredError = {
      code,
      message: await redactor.largeText(message),
      ...(retry && { retry }),
    }
    if (details !== undefined) redacted.details = JSON.parse(await redactor.json(JSON.stringify(details)))
    // What is masked in it is no name or number any more.
    const place = at && readPlace(JSON.parse(await redactor.json(JSON.stringify(at))))
    return place ? { ...redacted, at: place } : redacted
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
    const at = thrown instanceof AppError ? readPlace(thrown.at) : undefined
    const steering = thrown instanceof StepError ? readSteering(thrown) : {}
    return { code: known ? thrown.code : code, message, ...(at && { at }), ...steering }
  } catch {
    return { code, message: '' }
  }
}

// What is longer (characters of JSON) is left out.
const LONGEST_DETAILS = 16 * 1024

function readSteering({ isPermanent, retryAfterSeconds: after, details }: StepError): Partial<StoredError> {
  const isTime = typeof after === 'number' && after >= 0 && Number.isFinite(after)
  const retry = isPermanent ? 'never' : { ...(isTime && { afterSeconds: after }) }
  const text = details === undefined ? undefined : JSON.stringify(details)
  if (text === undefined || text.length > LONGEST_DETAILS) return { retry }
  return { retry, details: JSON.parse(text) }
}

/** The place inside of the step: a copy, since a step type can put anything there. */
function readPlace(at: unknown): ErrorPlace | undefined {
  if (typeof at !== 'object' || at === null) return undefined
  const given = at as Record<string, unknown>
  const field = typeof given['field'] === 'string' ? { field: given['field'] } : {}
  const numbers = ['row', 'line', 'column'].flatMap((name) => {
    const value = given[name]
    return isCount(value) ? [[name, value]] : []
  })
  const place: ErrorPlace = { ...field, ...Object.fromEntries(numbers), ...readSubject(given) }
  return Object.keys(place).length > 0 ? place : undefined
}

/** What GraphQL can give as an Int. */
const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 2 ** 31
