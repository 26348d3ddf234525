import { contentOf, decodeText, type MediaType, readMediaType, readUtf8 } from '../../src/media-type.ts'
import { parseJson } from '../../src/steps/index.ts'

/** Bytes that are neither JSON nor text. The filter `decode` makes text of them. */
interface BinaryBody {
  readonly base64: string
  readonly bytes: number
  /** The Content-Type, with the boundary of a multipart body. */
  readonly type?: string
}

/**
 * Reads a body by its Content-Type. JSON is parsed. Text, or invalid JSON, is a string. Anything else is bytes. An
 * empty body is null, or an empty string when it is text.
 */
export function responseBody(bytes: Uint8Array, contentType: string | null): unknown {
  const type = readMediaType(contentType)
  const content = contentOf(type)
  if (content === 'json') return bytes.length === 0 ? null : parsed(bytes, type)
  if (content === 'text' || content === 'form') return decodeText(bytes, type)
  if (bytes.length === 0) return null
  return (content === 'unknown' ? textOf(bytes) : undefined) ?? binary(bytes, contentType)
}

function parsed(bytes: Uint8Array, type: MediaType): unknown {
  const text = decodeText(bytes, type)
  try {
    return parseJson(text)
  } catch {
    return text
  }
}

/** The text, if bytes of unknown type are valid UTF-8 without NUL. */
function textOf(bytes: Uint8Array): string | undefined {
  return bytes.includes(0) ? undefined : readUtf8(bytes)
}

function binary(bytes: Uint8Array, contentType: string | null): BinaryBody {
  const body = { base64: Buffer.from(bytes).toString('base64'), bytes: bytes.length }
  return contentType === null ? body : { ...body, type: contentType }
}
