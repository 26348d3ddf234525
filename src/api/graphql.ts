import type { IncomingMessage, ServerResponse } from 'node:http'
import { type DocumentNode, GraphQLError, Kind } from 'graphql'
import { createYoga, type Plugin } from 'graphql-yoga'
import type { Domain } from '../domain/index.ts'
import type { Logger } from '../log.ts'
import type { Registry } from '../steps/index.ts'
import type { Context, SignUpPolicy } from './builder.ts'
import { createDocumentCache } from './document-cache.ts'
import { createErrorMask, withoutValues } from './errors.ts'
import { createLoaders } from './loaders.ts'
import { type PersistedDocuments, persistedDocuments } from './persisted-documents.ts'
import type { Credentials, Rights } from './rights.ts'
import { createSchema } from './schema.ts'

interface GraphqlParts {
  domain: Domain
  registry: Registry
  publicUrl: string
  signUp: SignUpPolicy
  persisted: PersistedDocuments
  log: Logger
  credentialsIn(headers: Headers): Credentials | undefined
  rights: Rights
}

interface RequestContext {
  req: IncomingMessage
  res: ServerResponse
  /** Set once the document is read. */
  onlyReads?: boolean
}

/** The mask of errors does not see what validation finds. */
const hideValues: Plugin = {
  onValidate:
    () =>
    ({ valid, result, setResult }) => {
      if (valid) return
      setResult(result.map((error: Error) => (error instanceof GraphQLError ? withoutValues(error) : error)))
    },
}

// Introspection by the usual tools takes about 400 tokens.
const MAX_TOKENS = 2000

/** Work out of proportion: a document with thousands of aliases is refused while it is parsed. */
const limitDocuments: Plugin = {
  onParse: ({ parseFn, setParseFn }) => {
    setParseFn((source, options) => parseFn(source, { ...options, maxTokens: MAX_TOKENS }))
  },
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

/** GraphQL over HTTP, with subscriptions over SSE (https://graphql.github.io/graphql-over-http/draft/). */
export function createGraphqlHandler(parts: GraphqlParts) {
  const { domain, registry, publicUrl, signUp, persisted, log } = parts
  // Other objects that Yoga logs may hold the variables of an operation, which may be values.
  const write =
    (level: 'debug' | 'warn' | 'error') =>
    (...args: unknown[]) => {
      const text = args.filter((arg) => typeof arg === 'string').join(' ')
      if (text !== '') log[level](text)
    }
  return createYoga<RequestContext, Context>({
    schema: createSchema(),
    context: async ({ request, onlyReads }) => ({
      ...(await callerOf(parts, request.headers, !onlyReads)),
      domain,
      registry,
      loaders: createLoaders(domain),
      publicUrl,
      signUp,
      signal: request.signal,
    }),
    maskedErrors: { maskError: createErrorMask(log) },
    plugins: [persistedDocuments(persisted), limitDocuments, hideValues, tellReads],
    parserAndValidationCache: createDocumentCache(),
    // The server has cut off by then what is too large.
    maxRequestBodySize: false,
    logging: {
      debug: () => undefined,
      info: write('debug'),
      warn: write('warn'),
      error: write('error'),
    },
    // Another origin reads nothing and, with SameSite cookies, does nothing; a token needs no browser.
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    batching: false,
  })
}

/**
 * @param fresh whether what is remembered of the caller's rights is not enough: what changes something, or goes on
 * for long, must not begin with rights that were taken away.
 */
async function callerOf({ credentialsIn, rights }: GraphqlParts, headers: Headers, fresh: boolean) {
  const caller = await rights.identify(credentialsIn(headers), fresh)
  return {
    caller,
    roleIn: (workspace: string) => rights.roleIn(caller, workspace, fresh),
    roleNowIn: async (workspace: string) =>
      rights.roleIn(await rights.identify(credentialsIn(headers), false), workspace, false),
  }
}
