import { AppError, type ErrorCode, type ErrorPlace, runErrorCodes } from '../errors.ts'

/** An error as the other side is told of it. Of one that is not ours, only the message goes. */
export interface PackedError {
  readonly code?: ErrorCode
  readonly message: string
  /** The message without the place. */
  readonly reason?: string
  readonly at?: ErrorPlace
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
    return { code, message, reason, ...(at && { at }) }
  } catch {
    return { message: '' }
  }
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
  const { code, message, reason, at } = (
    typeof packed === 'object' && packed !== null ? packed : {}
  ) as Partial<PackedError>
  const text = shortText(message)
  if (!codes.has(code)) return new Error(text)
  const place = readPlace(at)
  const options = { ...(typeof reason === 'string' && { reason: shortText(reason) }) }
  return new AppError(code as ErrorCode, text, { ...options, ...(place && { at: place }) })
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
  return Object.fromEntries([...texts, ...numbers])
}
