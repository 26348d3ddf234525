import type { GraphQLError, GraphQLSchema } from 'graphql'
import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import type { AppError } from '../errors.ts'
import type { Context } from './builder.ts'
import { Refusal } from './errors.ts'

// After how many seconds a caller may try again what the database could not do.
export const RETRY_AFTER = { 'retry-after': '2' }

/** Of errors after which the same request may succeed. They count although other fields have been answered. */
const LATER: Readonly<Record<string, object>> = {
  DATABASE_UNAVAILABLE: { status: 503, headers: RETRY_AFTER },
  TIMEOUT: { status: 503 },
}

/** Of requests that have no data. All other errors are 400, and 200 for those who accept application/json alone. */
const WITHOUT_DATA: Readonly<Record<string, object>> = {
  ...LATER,
  QUERY_TOO_COSTLY: { status: 400 },
  LIMIT_REACHED: { status: 429 },
  NOT_ACCEPTABLE: { status: 406 },
  INTERNAL: { status: 500, spec: true },
}

/** 503 for what the database cannot do at the moment, of what is no GraphQL. */
export function unavailable({ code, message }: AppError): Response {
  return Response.json({ code, error: message, message }, { status: 503, headers: RETRY_AFTER })
}

const changed = new WeakSet<object>()

/** Remembers the requests of which a change has been made, in whatever way the rest of it ends. */
export function rememberChanges(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { resolve } = field
    field.resolve = async (source, args, context: Context & { request: object }, info) => {
      const made: unknown = await resolve?.(source, args, context, info)
      if (!(made instanceof Refusal)) changed.add(context.request)
      return made
    }
  }
  return schema
}

/**
 * Decides the HTTP status of every answer with errors, by their codes: what forwards requests looks at nothing else.
 *
 * A client or proxy sends a request again on 503. Of a request that has made a change, the answer is therefore 200: sent again as a
 * whole, it would make the change twice. The codes of its errors say which fields to ask for once more.
 */
export const httpStatus: Plugin = {
  onExecutionResult({ request, result }) {
    if (!result || isAsyncIterable(result) || Array.isArray(result)) return
    const statusOf: StatusOf = changed.has(request) ? () => undefined : 'data' in result ? ofPart : ofWhole
    for (const error of result.errors ?? []) {
      const http = statusOf(error)
      if (http) error.extensions['http'] = http
      else delete error.extensions['http']
    }
  },
}

type StatusOf = (error: GraphQLError) => object | undefined

const ofPart: StatusOf = ({ extensions }) => LATER[String(extensions['code'])]

/** What Yoga found in the request itself has a status already. */
const ofWhole: StatusOf = ({ extensions: { code, http, retryAfterSeconds } }) => {
  const own = WITHOUT_DATA[String(code)]
  const when = retryAfterSeconds !== undefined && { headers: { 'retry-after': String(retryAfterSeconds) } }
  return own ? { ...own, ...when } : ((http as object | undefined) ?? { status: 400, spec: true })
}
