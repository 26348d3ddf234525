import { fieldError, type SecretPair, type Sensitive } from '../../src/steps/index.ts'
import { connectionHeaders } from './curl/connection-headers.ts'

/**
 * The headers to send: the given ones, and a Content-Type unless they set it.
 *
 * @param contentType of the body, `undefined` when there is no body.
 * @throws AppError INVALID_FIELD naming the row, from 1.
 */
export function requestHeaders(
  given: readonly SecretPair[],
  contentType: string | undefined,
): (readonly [string, string | Sensitive])[] {
  given.forEach(checkHeader)
  const headers = given.map(({ name, value }) => [name, value] as const)
  const isSet = headers.some(([name]) => name.toLowerCase() === 'content-type')
  return contentType === undefined || isSet ? headers : [...headers, ['content-type', contentType]]
}

function checkHeader({ name }: SecretPair, index: number): void {
  if (!connectionHeaders.includes(name.toLowerCase())) return
  const reason = `"${name}" belongs to the connection and cannot be set. Remove it.`
  throw fieldError({ field: 'headers', row: index + 1 }, reason)
}
