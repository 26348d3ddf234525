import { CodingError, decodeContent, KNOWN_CODINGS } from '../content-coding.ts'
import { AppError } from '../errors.ts'
import { parseJson } from '../exact-json.ts'
import { contentOf, decodeText, type MediaType, readMediaType, readUtf8 } from '../media-type.ts'
import { formFields, listsOf } from './form-fields.ts'
import { multipartFields } from './multipart-fields.ts'

/** What a run gets of the body of a request. */
export interface HookBody {
  readonly body: unknown
  /** The body as text, after its Content-Encoding was undone; empty when it is no text. */
  readonly rawBody: string
  /** The bytes that came, where `rawBody` in UTF-8 is not these. */
  readonly rawBodyBase64?: string
}

/** A body that cannot be read, with the status that says so. */
export class UnreadableBody extends Error {
  readonly status: 400 | 413 | 415

  constructor(status: UnreadableBody['status'], message: string) {
    super(message)
    this.status = status
  }
}

// Of a body after its Content-Encoding was undone: no more than a run may get.
const MAX_DECODED_BYTES = 5 * 1024 * 1024

// Of a form.
const MOST_FIELDS = 10_000
const AMPERSAND = 0x26

/**
 * Reads what came by its Content-Encoding and its Content-Type.
 *
 * @param came the bytes that came.
 * @throws UnreadableBody, AppError LIMIT_REACHED
 */
export async function readHookBody(
  came: Buffer,
  { type: contentType, encoding }: { type: string | undefined; encoding: string | undefined },
): Promise<HookBody> {
  const bytes = encoding === undefined ? came : await decoded(came, encoding)
  const type = readMediaType(contentType)
  const rawBody = rawText(bytes, type)
  const isExact = came.equals(Buffer.from(rawBody))
  return {
    body: bodyOf(bytes, type, contentType),
    rawBody,
    ...(!isExact && { rawBodyBase64: came.toString('base64') }),
  }
}

async function decoded(came: Buffer, encoding: string): Promise<Uint8Array> {
  try {
    return await decodeContent(came, encoding, MAX_DECODED_BYTES)
  } catch (error) {
    if (!(error instanceof CodingError)) throw error
    throw codingRefusal(error.reason)
  }
}

function codingRefusal(reason: CodingError['reason']): UnreadableBody {
  switch (reason) {
    case 'unknown':
      return new UnreadableBody(415, `A hook takes the content encodings ${KNOWN_CODINGS}, and no other.`)
    case 'layers':
      return new UnreadableBody(415, 'The body is encoded more than three times.')
    case 'large':
      return new UnreadableBody(
        413,
        `A body is at most ${MAX_DECODED_BYTES / 1024 / 1024} MiB once it is decoded.`,
      )
    case 'broken':
      return new UnreadableBody(400, 'The body is not encoded as its Content-Encoding says, or it broke off.')
    default:
      return reason satisfies never
  }
}

/** A byte order mark stays in it, so that it is exact. */
function rawText(bytes: Uint8Array, type: MediaType): string {
  const text = readUtf8(bytes, true)
  if (text !== undefined) return text
  const content = contentOf(type)
  return content === 'bytes' || content === 'multipart' || content === 'unknown'
    ? ''
    : decodeText(bytes, type)
}

function bodyOf(bytes: Uint8Array, type: MediaType, contentType: string | undefined): unknown {
  switch (contentOf(type)) {
    case 'form':
      return form(bytes, type)
    case 'multipart':
      return multipart(bytes, type)
    case 'json':
      return jsonOr(decodeText(bytes, type))
    case 'text':
      return textBody(decodeText(bytes, type), type)
    case 'unknown':
      return unknownBody(bytes, type)
    default:
      return { ...binary(bytes), type: contentType }
  }
}

function form(bytes: Uint8Array, type: MediaType): unknown {
  let fields = 1
  for (let at = bytes.indexOf(AMPERSAND); at >= 0; at = bytes.indexOf(AMPERSAND, at + 1)) fields++
  // Stops disproportionate work: millions of names in a body that is small enough.
  if (fields > MOST_FIELDS) throw new UnreadableBody(413, `A form has at most ${MOST_FIELDS} fields.`)
  return listsOf(formFields(bytes, type.parameters.get('charset')))
}

function multipart(bytes: Uint8Array, type: MediaType): unknown {
  const fields = multipartFields(bytes, type.parameters.get('boundary') ?? '')
  if (typeof fields === 'string') throw new UnreadableBody(400, fields)
  return listsOf(fields)
}

/** Text stays text: `1e5` is no number. But whole objects and lists come so too, as of AWS SNS and of `fetch`. */
function textBody(text: string, { essence }: MediaType): unknown {
  return essence === 'text/plain' && /^\s*[[{]/.test(text) ? jsonOr(text) : text
}

function unknownBody(bytes: Uint8Array, type: MediaType): unknown {
  const isText = !bytes.includes(0) && readUtf8(bytes) !== undefined
  return isText ? jsonOr(decodeText(bytes, type)) : binary(bytes)
}

/** @throws AppError LIMIT_REACHED */
function jsonOr(text: string): unknown {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof AppError) throw error
    return text
  }
}

/** As of an answer to a request: the filter `decode` makes text of it. */
const binary = (bytes: Uint8Array) => ({
  base64: Buffer.from(bytes).toString('base64'),
  bytes: bytes.length,
})
