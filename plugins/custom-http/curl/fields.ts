import { type BodyFields, readBody } from './body.ts'
import { BODY_LEFT_OUT, type Draft, type Pair, setUser } from './draft.ts'
import { readHeaders } from './headers.ts'
import { refusal } from './refusal.ts'
import { readUrl } from './url.ts'

/** The fields of a custom-http step, as they are saved. */
export interface CurlFields extends BodyFields {
  readonly method: (typeof methods)[number] | 'OTHER'
  readonly otherMethod?: string
  readonly url: string
  readonly headers?: readonly Pair[]
  readonly followRedirects: boolean
  readonly maxRedirects?: number
  readonly timeoutSeconds?: number
  readonly retries?: number
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const

/** Makes the fields. Their texts are not templates yet. */
export function fieldsOf(draft: Draft): CurlFields {
  const { url, user } = readUrl(draft)
  if (user !== undefined) setUser(draft, user)
  leaveOutOtherCredentials(draft)
  const { method, otherMethod } = methodOf(draft)
  const { contentType, ...body } = withoutBodyFor(method, draft) ?? readBody(draft)
  const headers = [...readHeaders(draft), ...contentType]
  const followRedirects = draft.switches.has('location') || draft.switches.has('location-trusted')
  if (draft.switches.has('location-trusted')) {
    draft.notes.add(
      'Left out --location-trusted: credentials never go to another origin. Redirects are followed without.',
    )
  }
  return {
    method,
    ...(otherMethod !== undefined && { otherMethod }),
    url,
    ...(headers.length > 0 && { headers }),
    ...body,
    followRedirects,
    ...limitsOf(draft, followRedirects),
  }
}

function methodOf({ method, switches, data, parts }: Draft): Pick<CurlFields, 'method' | 'otherMethod'> {
  const implied = () => {
    if (switches.has('head')) return 'HEAD'
    if (switches.has('get')) return 'GET'
    if (data.length + parts.length > 0 || switches.has(BODY_LEFT_OUT)) return 'POST'
    return switches.has('upload-file') ? 'PUT' : 'GET'
  }
  const wanted = (method ?? implied()).toUpperCase()
  const found = methods.find((it) => it === wanted)
  if (found !== undefined) return { method: found }
  if (!/^[!#$%&'*+.^_`|~0-9A-Z-]{1,40}$/.test(wanted) || /^(?:CONNECT|TRACE|TRACK)$/.test(wanted)) {
    throw refusal(
      'the method of -X is none that a step sends: letters without blanks, and not CONNECT or TRACE.',
    )
  }
  return { method: 'OTHER', otherMethod: wanted }
}

/** RFC 9110 gives a body no meaning for these methods, and the step sends none. */
function withoutBodyFor(method: string, draft: Draft): ReturnType<typeof readBody> | undefined {
  const hasBody = draft.parts.length > 0 || (draft.data.length > 0 && !draft.switches.has('get'))
  if (!hasBody || (method !== 'GET' && method !== 'HEAD')) return undefined
  draft.notes.add(
    `Left out the body: a step sends none with ${method}. Choose POST if the service takes it as well.`,
  )
  return { bodyKind: 'none', contentType: [] }
}

/** With these options -u means something else. A password must not be sent in the clear by mistake. */
function leaveOutOtherCredentials({ switches, ownHeaders }: Draft): void {
  const others = ['digest', 'ntlm', 'ntlm-wb', 'negotiate', 'aws-sigv4']
  if (others.some((it) => switches.has(it))) ownHeaders.delete('Authorization')
}

function limitsOf(draft: Draft, followRedirects: boolean) {
  const maxRedirects = limited(draft, 'max-redirs', 0, 20)
  const timeoutSeconds = limited(draft, 'max-time', 1, 300)
  const retries = limited(draft, 'retry', 0, 5)
  return {
    ...(followRedirects && maxRedirects !== undefined && { maxRedirects: Math.floor(maxRedirects) }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(retries !== undefined && { retries: Math.floor(retries) }),
  }
}

/** A limit within the range of the field. For curl a negative limit, and zero seconds, mean no limit. */
function limited({ limits, notes }: Draft, option: string, min: number, max: number): number | undefined {
  const value = limits.get(option)
  if (value === undefined) return undefined
  const isEndless = value < 0 || (option === 'max-time' && value === 0)
  const nearest = isEndless ? max : Math.min(Math.max(value, min), max)
  if (nearest !== value) notes.add(`--${option} became ${nearest}: a step takes ${min} to ${max}.`)
  return nearest
}
