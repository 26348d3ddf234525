import { parseJson } from '../../src/steps/index.ts'

/** Bytes that are neither JSON nor text. */
interface BinaryBody {
  readonly base64: string
  readonly bytes: number
}

/**
 * Reads a body by its Content-Type. JSON is parsed. Text, or invalid JSON, is a string. Anything else is bytes. An
 * empty body is null, or an empty string when it is text.
 */
export function responseBody(bytes: Uint8Array, contentType: string | null): unknown {
  const essence = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const isJson = essence === 'application/json' || essence.endsWith('+json')
  if (isJson) return bytes.length === 0 ? null : parsed(decode(bytes, undefined))
  if (isText(essence)) return decode(bytes, contentType)
  if (bytes.length === 0) return null
  return (essence === '' ? utf8(bytes) : undefined) ?? binary(bytes)
}

const textTypes = [
  'application/xml',
  'application/javascript',
  'application/ecmascript',
  'application/x-www-form-urlencoded',
  'application/x-ndjson',
  'application/jsonl',
  'application/yaml',
  'application/x-yaml',
  'application/toml',
  'application/graphql',
  'application/sql',
]

function isText(essence: string): boolean {
  return (
    essence.startsWith('text/') ||
    essence.endsWith('+xml') ||
    essence.endsWith('+yaml') ||
    textTypes.includes(essence)
  )
}

function parsed(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return text
  }
}

/** UTF-8 unless the type names another known charset. */
function decode(bytes: Uint8Array, contentType: string | null | undefined): string {
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? '')?.[1]
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}

/** The text, if bytes of unknown type are valid UTF-8 without NUL. */
function utf8(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function binary(bytes: Uint8Array): BinaryBody {
  return { base64: Buffer.from(bytes).toString('base64'), bytes: bytes.length }
}
