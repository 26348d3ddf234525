import { base64url } from 'jose'
import { isBase64url } from './base64url.ts'

export type JsonObject = Record<string, unknown>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Whether an object has exactly these members. Refusing what we do not know stops every header parameter
 * that would make a JOSE library do something else: `zip` (a decompression bomb), `crit`, `jku`, `x5u`, `apu`.
 */
export function hasExactly(value: JsonObject, members: readonly string[]): boolean {
  const found = Object.keys(value)
  return found.length === members.length && members.every((it) => Object.hasOwn(value, it))
}

/**
 * Whether no member of valid JSON stands twice (RFC 7516, section 4): parsers differ in which one they take, so that
 * two programs could see two headers. Outside of strings a colon follows each member's name and nothing else.
 */
function hasUniqueMembers(text: string, parsed: unknown): boolean {
  const written = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').match(/:/g)?.length ?? 0
  return written === countMembers(parsed)
}

function countMembers(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, it) => sum + countMembers(it), 0)
  if (!isObject(value)) return 0
  return Object.values(value).reduce((sum: number, it) => sum + 1 + countMembers(it), 0)
}

/** The object in an encoded protected header (RFC 7516, section 4), or undefined when there is none in it. */
export function decodeHeader(encoded: string): JsonObject | undefined {
  if (!isBase64url(encoded)) return undefined
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(base64url.decode(encoded))
    const header: unknown = JSON.parse(text)
    return isObject(header) && hasUniqueMembers(text, header) ? header : undefined
  } catch {
    // The parser's message quotes its input, so it is not kept as a cause.
    return undefined
  }
}
