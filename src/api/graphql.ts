import type { IncomingMessage, ServerResponse } from 'node:http'
import { GraphQLError } from 'graphql'
import { createYoga, type Plugin } from 'graphql-yoga'
import type { Domain } from '../domain/index.ts'
import type { Logger } from '../log.ts'
import type { Registry } from '../steps/index.ts'
import type { Context, SignUpPolicy } from './builder.ts'
import type { Caller } from './caller.ts'
import { createErrorMask, withoutValues } from './errors.ts'
import { createLoaders } from './loaders.ts'
import { type PersistedDocuments, persistedDocuments } from './persisted-documents.ts'
import { createSchema } from './schema.ts'

interface GraphqlParts {
  domain: Domain
  registry: Registry
  publicUrl: string
  signUp: SignUpPolicy
  persisted: PersistedDocuments
  log: Logger
  identify(headers: Headers): Promise<Caller>
}

/** The error mask does not see the errors of validation. */
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

/** Stops disproportionate work: a document with thousands of aliases is refused while it is parsed. */
const limitDocuments: Plugin = {
  onParse: ({ parseFn, setParseFn }) => {
    setParseFn((source, options) => parseFn(source, { ...options, maxTokens: MAX_TOKENS }))
  },
}

/** GraphQL over HTTP, with subscriptions over SSE (https://graphql.github.io/graphql-over-http/draft/). */
export function createGraphqlHandler(parts: GraphqlParts) {
  const { domain, registry, publicUrl, signUp, persisted, log, identify } = parts
  // Other objects that Yoga logs may contain the variables of an operation, which may be values.
  const write =
    (level: 'debug' | 'warn' | 'error') =>
    (...args: unknown[]) => {
      const text = args.filter((arg) => typeof arg === 'string').join(' ')
      if (text !== '') log[level](text)
    }
  return createYoga<{ req: IncomingMessage; res: ServerResponse }, Context>({
    schema: createSchema(),
    context: async ({ request }) => ({
      caller: await identify(request.headers),
      domain,
      registry,
      loaders: createLoaders(domain),
      publicUrl,
      signUp,
      signal: request.signal,
    }),
    maskedErrors: { maskError: createErrorMask(log) },
    plugins: [persistedDocuments(persisted), limitDocuments, hideValues],
    logging: {
      debug: () => undefined,
      info: write('debug'),
      warn: write('warn'),
      error: write('error'),
    },
    // No other origin can read an answer. With SameSite cookies it cannot act either. A client with a token needs
    // no browser.
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    batching: false,
  })
}
