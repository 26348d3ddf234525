import type { IncomingMessage, ServerResponse } from 'node:http'
import { normalizedExecutor } from '@graphql-tools/executor'
import { RequestCache } from '@pothos/plugin-scope-auth'
import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { parseJson } from '../exact-json.ts'
import type { Context } from './builder.ts'
import { type CompiledQuery, compileQuery } from './compiled-query.ts'
import { codingOf, compress } from './compression.ts'
import type { PersistedDocuments } from './persisted-documents.ts'
import { COST_HEADER } from './tell-cost.ts'

interface KnownQueryParts {
  schema: GraphQLSchema
  /** A document that Yoga has parsed, by its text. */
  documentOf(text: string): DocumentNode | undefined
  /** Whether it only reads, and costs little enough with any variables. Everything else is Yoga's to check. */
  mayBeQuick(document: DocumentNode): boolean
  persisted: PersistedDocuments
  costOf(document: DocumentNode, name: string | undefined, variables: Record<string, unknown>): number
  contextOf(req: IncomingMessage): Promise<Context>
  /** Why a document that is not known to be valid is refused before it is looked at any further. */
  refusalOf(asked: Params): Promise<GraphQLError | undefined>
  /** Counts a refusal. */
  refused(code: unknown): void
}

export interface KnownQueries {
  /** Tells which documents Yoga has found to be valid. */
  plugin: Plugin
  /**
   * Answers a query whose document is known, in half of the time that Yoga takes to ask its plugins about it.
   *
   * @param body the whole body, of a request that {@link isPlain}.
   * @returns whether it has: all that is not a clean result of a known query, or a refusal for its cost, is Yoga's, as if
   * nothing had been done yet. A query only reads, so that to execute it again is no harm.
   */
  answer(req: IncomingMessage, res: ServerResponse, body: string): Promise<boolean>
}

/** Whether a request and its answer are JSON, and nothing has to be negotiated. */
export function isPlain({ method, headers }: IncomingMessage): boolean {
  const { accept = '*/*', 'content-encoding': encoding } = headers
  return (
    method === 'POST' &&
    encoding === undefined &&
    headers[COST_HEADER] === undefined &&
    (accept === '*/*' || accept === 'application/json') &&
    JSON_TYPE.test(headers['content-type'] ?? '')
  )
}

const JSON_TYPE = /^application\/json(?: *; *charset=utf-8)?$/i

export function createKnownQueries(parts: KnownQueryParts): KnownQueries {
  const { documentOf, mayBeQuick, persisted, refusalOf, refused: count } = parts
  const valid = new WeakSet<DocumentNode>()
  const execute = createExecutor(parts)
  return {
    plugin: {
      onValidate:
        ({ params: { documentAST } }) =>
        (found) => {
          if (found.valid && mayBeQuick(documentAST)) valid.add(documentAST)
        },
    },
    async answer(req, res, body) {
      const params = readParams(body)
      const found = params && textOf(params, persisted)
      const text = found instanceof Promise ? await found : found
      const document = text === undefined ? undefined : documentOf(text)
      if (!params || text === undefined) return false
      if (!document || !valid.has(document)) {
        const refused = await refusalOf({ ...params, query: text })
        if (!refused) return false
        count(refused.extensions['code'])
        // Of the errors that this may be, each has this status.
        send(res, 400, JSON.stringify({ errors: [refused] }))
        return true
      }
      const answer = await execute(req, document, params).catch(() => undefined)
      if (answer === undefined) return false
      const coding = codingOf(document, req.headers['accept-encoding'], answer.length)
      if (coding) {
        res.setHeader('content-encoding', coding)
        const bytes = await compress(answer, coding)
        res.writeHead(200, { 'content-type': JSON_IN_UTF8, 'content-length': bytes.length }).end(bytes)
      } else send(res, 200, answer)
      return true
    },
  }
}

function send(res: ServerResponse, status: number, answer: string | Buffer): void {
  const length = Buffer.byteLength(answer)
  res.writeHead(status, { 'content-type': JSON_IN_UTF8, 'content-length': length })
  if (typeof answer !== 'string') res.end(answer)
  // Most answers are ASCII. Node writes them in less time when it is told so.
  else res.end(answer, length === answer.length ? 'latin1' : 'utf8')
}

const JSON_IN_UTF8 = 'application/json; charset=utf-8'

/** @returns what gives the answer to a query as JSON, or undefined where there is an error in it. */
function createExecutor({ schema, costOf, contextOf }: KnownQueryParts) {
  const compiled = new WeakMap<OperationDefinitionNode, { query: CompiledQuery | undefined }>()
  return async (req: IncomingMessage, document: DocumentNode, { variables = {}, operationName }: Params) => {
    const operation = getOperationAST(document, operationName)
    if (!operation) return undefined
    const known = compiled.get(operation) ?? { query: compileQuery(schema, document, operation) }
    compiled.set(operation, known)
    const context = await contextOf(req)
    context.takeCost?.(costOf(document, operationName, variables))
    const { timeLimit } = context
    try {
      if (known.query) return await timeLimit.race(known.query(variables, context))
      const executed = normalizedExecutor({
        schema,
        document,
        contextValue: context,
        variableValues: variables,
        ...(operationName !== undefined && { operationName }),
      })
      const result = await timeLimit.race(Promise.resolve(executed))
      return 'data' in result && !result.errors ? JSON.stringify({ data: result.data }) : undefined
    } finally {
      // Yoga, which is asked next, does not begin anew.
      if (timeLimit.isOver()) Object.assign(req, { timeLimit })
      // It hangs on a WeakMap, which V8's quick collection of young objects takes for a reason to keep it: everything of
      // the request would grow old, and wait for the slow collection of all.
      RequestCache.clearForContext(context)
    }
  }
}

interface Params {
  query?: string
  hash?: string
  variables?: Record<string, unknown>
  operationName?: string
}

/** What a body asks for; `undefined` when anything about it is not as usual. */
function readParams(body: string): Params | undefined {
  let read: unknown
  try {
    read = parseJson(body)
  } catch {
    return undefined
  }
  if (!isRecord(read)) return undefined
  const { query, variables, operationName, extensions, ...others } = read
  const hash = extensions === undefined ? undefined : hashIn(extensions)
  const isUsual =
    Object.keys(others).length === 0 &&
    (typeof query === 'string' ? extensions === undefined : query === undefined && hash !== undefined) &&
    (variables === undefined || isRecord(variables)) &&
    (operationName === undefined || typeof operationName === 'string')
  return isUsual ? ({ query, hash, variables, operationName } as Params) : undefined
}

const isRecord = (it: unknown): it is Record<string, unknown> =>
  typeof it === 'object' && it !== null && !Array.isArray(it)

function hashIn(extensions: unknown): string | undefined {
  const persistedQuery = isRecord(extensions) ? extensions['persistedQuery'] : undefined
  if (!isRecord(persistedQuery) || persistedQuery['version'] !== 1) return undefined
  const { sha256Hash: hash } = persistedQuery
  return typeof hash === 'string' ? hash : undefined
}

function textOf({ query, hash }: Params, { find, only }: PersistedDocuments) {
  if (hash !== undefined) return find(hash)
  return only ? undefined : query
}
