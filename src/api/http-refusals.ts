import { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { RequestErrorCode } from '../errors.ts'

const METHODS = 'GET, POST'
const EVENT_STREAM = 'text/event-stream'
const JSON_PARAMETERS = ['variables', 'extensions']
const ANSWERS = ['application/json', 'application/graphql-response+json', EVENT_STREAM, 'multipart/mixed']
const JSON_IN_UTF8 = /^application\/(?:json|graphql\+json)\s*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?$/i

/** A refusal that clients of GraphQL show: its body is an answer with `errors`. */
function refuse(
  status: number,
  code: RequestErrorCode,
  message: string,
  headers: Record<string, string> = {},
): Response {
  const body = { errors: [{ message, extensions: { code } }] }
  return Response.json(body, { status, headers: { 'cache-control': 'no-store', ...headers } })
}

/**
 * Why a request is no request of GraphQL over HTTP, told before anything of it is done.
 *
 * A content type that a form of another site can send without asking is refused, which stops cross-site request forgery
 * besides the check of the origin.
 */
function refusalOf({ method, headers, url }: Request): Response | undefined {
  if (method !== 'GET' && method !== 'POST')
    return refuse(405, 'METHOD_NOT_ALLOWED', `This takes ${METHODS}.`, { allow: METHODS })
  if (method === 'POST' && !JSON_IN_UTF8.test(headers.get('content-type') ?? '')) {
    const advice = 'Send the body as JSON, with the header `content-type: application/json`.'
    return refuse(415, 'UNSUPPORTED_MEDIA_TYPE', advice, { accept: 'application/json' })
  }
  if (method === 'GET' && JSON_PARAMETERS.some((name) => !isJson(new URL(url).searchParams.get(name))))
    return refuse(400, 'BAD_REQUEST', `Of the parameters, ${JSON_PARAMETERS.join(' and ')} are JSON.`)
  const encoding = headers.get('content-encoding') ?? 'identity'
  if (method === 'POST' && encoding.toLowerCase() !== 'identity')
    return refuse(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the body without a content encoding.')
  if (ANSWERS.some((it) => accepts(headers, it))) return undefined
  return refuse(406, 'NOT_ACCEPTABLE', `The answer comes as one of ${ANSWERS.join(', ')}, in UTF-8.`)
}

function isJson(text: string | null): boolean {
  try {
    if (text) JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function accepts(headers: Headers, type: string): boolean {
  const [main] = type.split('/')
  const ranges = (headers.get('accept') ?? '*/*').toLowerCase().split(',')
  return ranges.some((range) => {
    const [name = '', ...params] = range.split(';').map((it) => it.trim())
    if (params.some((it) => /^q=0(?:\.0*)?$|^charset=(?!"?utf-?8)/.test(it))) return false
    return name === '*/*' || name === `${main}/*` || name === type
  })
}

/** The refusals of GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/) that Yoga has differently. */
export const httpRefusals: Plugin = {
  onRequest({ request, endResponse }) {
    const refused = refusalOf(request)
    if (refused) endResponse(refused)
  },
}

/** Refuses a subscription that the client could not read: once it is opened, it would stay open. */
export const streamsOnly: Plugin = {
  onSubscribe({ args, setResultAndStopExecution }) {
    const { request } = args.contextValue as { request?: Request }
    if (!request || accepts(request.headers, EVENT_STREAM)) return
    const message = `A subscription is answered as ${EVENT_STREAM}: accept that.`
    const extensions = { code: 'NOT_ACCEPTABLE' }
    setResultAndStopExecution({ errors: [new GraphQLError(message, { extensions })] })
  },
}
