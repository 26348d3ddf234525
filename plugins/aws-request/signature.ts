import { createHash, createHmac } from 'node:crypto'

/** What Signature Version 4 signs. */
export interface SignedRequest {
  readonly method: string
  /** With the path as it is sent. */
  readonly url: URL
  /** Names in lower case, without `host`. */
  readonly headers: Readonly<Record<string, string>>
  readonly bodyHash: string
}

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface SigningScope {
  readonly region: string
  /** As the service is called in a signature, such as `s3` or `execute-api`. */
  readonly service: string
  /** As `20261127T120000Z`. */
  readonly time: string
}

const ALGORITHM = 'AWS4-HMAC-SHA256'

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')

/**
 * The keys that are derived from the secret key one from another, the last of which signs. Whoever has one of them can sign
 * for its day, region or service.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signingKeys(secretAccessKey: string, { region, service, time }: SigningScope): Buffer[] {
  const keys: Buffer[] = []
  let key: string | Buffer = `AWS4${secretAccessKey}`
  for (const part of [time.slice(0, 8), region, service, 'aws4_request']) {
    key = createHmac('sha256', key).update(part).digest()
    keys.push(key)
  }
  return keys
}

/** The value of the Authorization header. @param key the last of {@link signingKeys}. */
export function authorization(
  request: SignedRequest,
  { accessKeyId }: Pick<Credentials, 'accessKeyId'>,
  scope: SigningScope,
  key: Buffer,
): string {
  const { region, service, time } = scope
  const within = [time.slice(0, 8), region, service, 'aws4_request'].join('/')
  const headers = Object.entries({ ...request.headers, host: request.url.host }).sort(byName)
  const names = headers.map(([name]) => name).join(';')
  const canonical = [
    request.method,
    canonicalPath(request.url, service),
    canonicalQuery(request.url),
    ...headers.map(([name, value]) => `${name}:${value.trim().replaceAll(/ +/g, ' ')}`),
    '',
    names,
    request.bodyHash,
  ].join('\n')
  const signed = [ALGORITHM, time, within, sha256(canonical)].join('\n')
  const signature = createHmac('sha256', key).update(signed).digest('hex')
  return `${ALGORITHM} Credential=${accessKeyId}/${within}, SignedHeaders=${names}, Signature=${signature}`
}

/** S3 signs the path as it is sent, and every other service encodes it once more. */
function canonicalPath({ pathname }: URL, service: string): string {
  const segments = pathname.split('/')
  if (service === 's3') return segments.map((it) => encoded(decoded(it))).join('/')
  return segments.map(encoded).join('/')
}

function canonicalQuery({ searchParams }: URL): string {
  const pairs = [...searchParams].map(([name, value]) => [encoded(name), encoded(value)] as const)
  const byBoth = (one: readonly [string, string], other: readonly [string, string]) =>
    byName(one, other) || compared(one[1], other[1])
  return pairs
    .sort(byBoth)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

const compared = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
const byName = ([one]: readonly [string, string], [other]: readonly [string, string]): number =>
  compared(one, other)

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** RFC 3986: all but the unreserved characters. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
