import type { IncomingMessage, ServerResponse } from 'node:http'
import { type DocumentNode, GraphQLError, Kind } from 'graphql'
import { createYoga, type Plugin } from 'graphql-yoga'
import type { Domain, Scope } from '../domain/index.ts'
import type { Logger } from '../log.ts'
import type { ApiMetrics } from '../metrics/api-metrics.ts'
import { ADDRESS_HEADER, limitedNetwork } from '../server/client-address.ts'
import type { Registry } from '../steps/index.ts'
import type { Context, SignUpPolicy } from './builder.ts'
import type { Caller } from './caller.ts'
import { changedEvents } from './changed-events.ts'
import { compressAnswers, varyByCoding } from './compression.ts'
import { limitCostPerMinute } from './cost-limit.ts'
import { createDocumentCache } from './document-cache.ts'
import { createErrorMask, withoutValues } from './errors.ts'
import { exactVariables } from './exact-numbers.ts'
import { httpRefusals, streamsOnly } from './http-refusals.ts'
import { httpStatus, rememberChanges } from './http-status.ts'
import { type IntrospectionMode, introspects, limitIntrospection } from './introspection.ts'
import { createKnownQueries, isPlain, type KnownQueries } from './known-queries.ts'
import { limitTime, refuseLateChanges } from './late-requests.ts'
import { createLoaders } from './loaders.ts'
import type { createOnce } from './once.ts'
import { countOperations } from './operation-counter.ts'
import { DOCUMENT_ID, type PersistedDocuments, persistedDocuments } from './persisted-documents.ts'
import { CostLimit } from './query-cost.ts'
import { readBody } from './read-body.ts'
import type { Credentials, Rights } from './rights.ts'
import { createSchema } from './schema.ts'
import { tellCost } from './tell-cost.ts'
import { TimeLimit } from './time-limit.ts'
import { checkDocuments, createTurns } from './unknown-documents.ts'
import { checkVariables } from './variable-errors.ts'

interface GraphqlParts {
  domain: Domain
  registry: Registry
  publicUrl: string
  signUp: SignUpPolicy
  /** Why no run begins in the whole instance, in words. */
  paused(): string | undefined
  persisted: PersistedDocuments
  introspection: IntrospectionMode
  /** The highest cost of a request, in fields that take what is at hand. */
  maxCost: number
  /** How long a request may take; 0: as long as it likes. */
  timeoutSeconds: number
  /** Counts what a request costs, where that is bounded. @throws AppError LIMIT_REACHED */
  takeCost: ((whose: string, cost: number) => void) | undefined
  log: Logger
  metrics: ApiMetrics
  credentialsIn(headers: Headers): Credentials | undefined
  rights: Rights
  once: ReturnType<typeof createOnce>
}

interface RequestContext {
  /** With the time limit of a request that the short way has worked on. */
  req: IncomingMessage & { timeLimit?: TimeLimit }
  res: ServerResponse
  /** Set once the document is read. */
  onlyReads?: boolean
}

/** The error mask does not see the errors of validation. */
const hideValues: Plugin = {
  onValidate:
    () =>
    ({ valid, result, setResult }) => {
      if (valid) return
      const hide = (error: Error) =>
        error instanceof GraphQLError ? withoutValues(error, 'GRAPHQL_VALIDATION_FAILED') : error
      setResult(result.map(hide))
    },
}

/** What streams says by default that a cache may keep it. */
const keepNothing: Plugin = {
  onResponse: ({ response }) => response.headers.set('cache-control', 'no-store'),
}

const onlyReads = ({ definitions }: DocumentNode): boolean =>
  definitions.every((it) => it.kind !== Kind.OPERATION_DEFINITION || it.operation === 'query')

/** Tells the context what the document does. */
const tellReads: Plugin<Pick<RequestContext, 'onlyReads'>> = {
  onParse:
    () =>
    ({ result, extendContext }) => {
      if (!(result instanceof Error)) extendContext({ onlyReads: onlyReads(result) })
    },
}

export interface GraphqlHandler {
  handle(request: Request, context: object): Response | Promise<Response>
  /** The same for what comes from Node, with a short way for queries that came before. */
  listen(req: IncomingMessage, res: ServerResponse): void
}

/** GraphQL over HTTP, with subscriptions over SSE (https://graphql.github.io/graphql-over-http/draft/). */
export function createGraphqlHandler(parts: GraphqlParts): GraphqlHandler {
  const { persisted, metrics } = parts
  const schema = rememberChanges(refuseLateChanges(createSchema()))
  const cost = new CostLimit(schema, parts.maxCost)
  const cache = createDocumentCache()
  const nextTurn = createTurns()
  const check = checkDocuments(cost, cache, nextTurn)
  const known = createKnownQueries({
    schema,
    documentOf: cache.documentCache.get,
    mayBeQuick: (document) => onlyReads(document) && cost.alwaysHolds(document) && !introspects(document),
    persisted,
    refusalOf: check.refusalOf,
    refused: metrics.graphqlError,
    costOf: (document, name, variables) => cost.costOf(document, name, variables),
    contextOf: (req) => {
      const headers = new yoga.fetchAPI.Headers(req.headers as Record<string, string>)
      return contextOf(parts, headers, true, NEVER, new TimeLimit(parts.timeoutSeconds))
    },
  })
  const yoga = createYoga<RequestContext, Context>({
    schema,
    context: ({ request, req, onlyReads = false }) => {
      const timeLimit = req?.timeLimit ?? new TimeLimit(parts.timeoutSeconds)
      return contextOf(parts, request.headers, onlyReads, request.signal, timeLimit)
    },
    maskedErrors: { maskError: createErrorMask(parts.log) },
    plugins: [
      httpRefusals,
      httpStatus,
      exactVariables,
      persistedDocuments(persisted),
      check.plugin,
      hideValues,
      tellReads,
      known.plugin,
      countOperations(metrics),
      checkVariables(schema),
      limitIntrospection(parts.introspection),
      tellCost(cost),
      limitCostPerMinute(cost),
      streamsOnly,
      changedEvents,
      limitTime,
      keepNothing,
      compressAnswers(),
    ],
    parserAndValidationCache: cache,
    // The server has cut off by then what is too large.
    maxRequestBodySize: false,
    logging: loggingOf(parts.log),
    // Another origin reads nothing and, with SameSite cookies, does nothing; a token needs no browser.
    cors: false,
    extraParamNames: [DOCUMENT_ID],
    graphiql: false,
    landingPage: false,
    multipart: false,
    batching: false,
  })
  const { handle, requestListener } = yoga
  return {
    handle,
    listen(req, res) {
      varyByCoding(res)
      if (isPlain(req)) void answerPlain({ known, metrics, nextTurn }, requestListener, req, res)
      else void requestListener(req, res)
    },
  }
}

type Listener = (req: IncomingMessage, res: ServerResponse) => unknown

interface PlainParts {
  known: KnownQueries
  metrics: ApiMetrics
  nextTurn(): Promise<void>
}

async function answerPlain(
  { known, metrics, nextTurn }: PlainParts,
  yoga: Listener,
  req: IncomingMessage,
  res: ServerResponse,
) {
  const body = await readBody(req)
  // The connection broke: there is nobody to answer.
  if (body === undefined) return
  if (await known.answer(req, res, body)) return metrics.operation('query')
  // Known queries of others that have come meanwhile are answered before this one is looked at.
  await nextTurn()
  // What stands there Yoga takes for the body, since the body itself is read. Empty, it would wait for the body.
  Object.assign(req, { body: body || ' ' })
  await yoga(req, res)
}

// A query has nothing that goes on once it is executed.
const NEVER = new AbortController().signal

async function contextOf(
  parts: GraphqlParts,
  headers: Headers,
  onlyReads: boolean,
  signal: AbortSignal,
  timeLimit: TimeLimit,
): Promise<Context> {
  const { domain, registry, publicUrl, signUp, paused, metrics } = parts
  const caller = await callerOf(parts, headers, !onlyReads)
  const loaders = createLoaders(domain)
  const refused = metrics.graphqlError
  const takeCost = parts.takeCost?.bind(undefined, whoseCost(caller.caller, headers))
  const once = parts.once(caller.caller)
  const request = { once, signal, refused, takeCost, timeLimit, onlyReads }
  return { ...caller, ...request, domain, registry, loaders, publicUrl, signUp, paused }
}

/** A person has one budget, whatever they make tokens for. Whoever has not signed in shares that of their network. */
function whoseCost(caller: Caller, headers: Headers): string {
  if (caller.kind === 'anonymous') return `of ${limitedNetwork(headers.get(ADDRESS_HEADER) ?? 'unknown')}`
  return caller.kind === 'token' && caller.owner !== null ? caller.owner : caller.id
}

/** Other objects that Yoga logs may hold the variables of an operation, which may be values. */
function loggingOf(log: Logger) {
  const write =
    (level: 'debug' | 'warn' | 'error') =>
    (...args: unknown[]) => {
      const text = args.filter((arg) => typeof arg === 'string').join(' ')
      if (text !== '') log[level](text)
    }
  return { debug: () => undefined, info: write('debug'), warn: write('warn'), error: write('error') }
}

// How long (milliseconds) a subscription goes by what is remembered. With the two seconds after which a run is looked at,
// whoever loses their rights hears nothing more within five, also when nothing announces it.
const RECHECK_MS = 2000

/**
 * @param fresh whether what is remembered of the caller's rights is not enough: what changes something, or goes on
 * for long, must not begin with rights that were taken away.
 */
async function callerOf({ credentialsIn, rights }: GraphqlParts, headers: Headers, fresh: boolean) {
  const caller = await rights.identify(credentialsIn(headers), fresh)
  let askedAt = performance.now()
  return {
    caller,
    roleIn: (workspace: string) => rights.roleIn(caller, workspace, fresh),
    may: (workspace: string, scope: Scope) => rights.may(caller, workspace, scope, fresh),
    async mayNow(workspace: string, scope: Scope) {
      const isOld = performance.now() - askedAt >= RECHECK_MS
      if (isOld) askedAt = performance.now()
      return rights.may(await rights.identify(credentialsIn(headers), isOld), workspace, scope, isOld)
    },
  }
}
