import { isObject } from './body.ts'

/** Names of fields that hold what signs a person in. */
const secret: ReadonlySet<string> = new Set(['token', 'sessionToken', 'publicKey'])

/**
 * The answer without session tokens. They belong into the cookie alone, which no script reads: a script that an attacker
 * brings into the page could otherwise take the session away to use it elsewhere.
 */
export async function withoutTokens(response: Response): Promise<Response> {
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  const headers = new Headers(response.headers)
  headers.set('cache-control', 'no-store')
  const { status } = response
  if (!isJson) return new Response(response.body, { status, headers })
  headers.delete('content-length')
  const body: unknown = await response.json().catch(() => null)
  return new Response(JSON.stringify(strip(body)), { status, headers })
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip)
  if (!isObject(value)) return value
  const kept = Object.entries(value).filter(([name]) => !secret.has(name))
  return Object.fromEntries(kept.map(([name, inner]) => [name, strip(inner)]))
}
