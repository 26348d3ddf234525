import { AppError, type ErrorCode, type ErrorPlace, readSubject, runErrorCodes } from '../errors.ts'
import { StepError } from '../steps/step-error.ts'

/** An error as the other side is told of it. Of one that is not ours, only the message goes. */
export interface PackedError {
  readonly code?: ErrorCode
  readonly message: string
  /** The message without the place. */
  readonly reason?: string
  readonly at?: ErrorPlace
  /** Of an error that says whether to try again. */
  readonly steering?: Steering
}

interface Steering {
  readonly isPermanent: boolean
  readonly after?: number
  /** JSON. */
  readonly details?: string
}

// What an error may say (characters): as long as anybody reads.
const LONGEST = 64 * 1024
const NO_ERROR = 'It threw something that is no error.'

export function packError(error: unknown): PackedError {
  try {
    if (!(error instanceof Error)) return { message: NO_ERROR }
    const message = shortText(error.message)
    if (!(error instanceof AppError)) return { message }
    const { code } = error
    const reason = shortText(error.reason)
    const at = readPlace(error.at)
    const steering = error instanceof StepError && { steering: packSteering(error) }
    return { code, message, reason, ...(at && { at }), ...steering }
  } catch {
    return { message: '' }
  }
}

function packSteering({ isPermanent, retryAfterSeconds: after, details }: StepError): Steering {
  const text = details === undefined ? undefined : JSON.stringify(details)
  // What is longer is stored nowhere either.
  const isShort = text !== undefined && text.length <= LONGEST
  return { isPermanent, ...(after !== undefined && { after }), ...(isShort && { details: text }) }
}

/** A step can throw anything, such as an error whose message is an object. */
const shortText = (text: unknown): string => (typeof text === 'string' ? text.slice(0, LONGEST) : '')

const codes: ReadonlySet<unknown> = new Set([
  ...runErrorCodes,
  'SECRET_NOT_ALLOWED',
  'INVALID_TEMPLATE',
  'INVALID_STEP_TYPE',
])

/** The error that a side was told of: its code is one that steps and definitions know, its message a text. */
export function readError(packed: unknown): Error {
  const { code, message, reason, at, steering } = (
    typeof packed === 'object' && packed !== null ? packed : {}
  ) as Partial<PackedError>
  const text = shortText(message)
  if (!codes.has(code)) return new Error(text)
  const place = readPlace(at)
  if (steering) return readSteered(code as StepCode, text, steering, place)
  const options = { ...(typeof reason === 'string' && { reason: shortText(reason) }) }
  return new AppError(code as ErrorCode, text, { ...options, ...(place && { at: place }) })
}

type StepCode = NonNullable<NonNullable<Parameters<typeof StepError.permanent>[1]>['code']>

function readSteered(code: StepCode, text: string, steering: Steering, at: ErrorPlace | undefined): Error {
  const { isPermanent, after, details } = steering
  const options = {
    code,
    ...(at && { at }),
    ...(typeof details === 'string' && { details: parsed(details) }),
  }
  if (isPermanent === true) return StepError.permanent(text, options)
  return StepError.retryable(text, { ...options, ...(typeof after === 'number' && { after }) })
}

function parsed(details: string): unknown {
  try {
    return JSON.parse(details.slice(0, LONGEST))
  } catch {
    return undefined
  }
}

/** What a place may have, each of its type. */
function readPlace(at: unknown): ErrorPlace | undefined {
  if (typeof at !== 'object' || at === null) return undefined
  const given = at as Readonly<Record<string, unknown>>
  const texts = ['step', 'field'].flatMap((name) =>
    typeof given[name] === 'string' ? [[name, given[name]]] : [],
  )
  const numbers = ['row', 'line', 'column'].flatMap((name) =>
    Number.isSafeInteger(given[name]) ? [[name, given[name]]] : [],
  )
  return { ...Object.fromEntries([...texts, ...numbers]), ...readSubject(given) }
}
