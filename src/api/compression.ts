import type { ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { type ASTNode, BREAK, type DocumentNode, Kind, visit } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { acceptedCoding } from './accepted-coding.ts'

const withBrotli = promisify(brotliCompress)
const withGzip = promisify(gzip)

// The work is done for each answer, so that it has to be quick: a fifth of the bytes, in a tenth of the time of the best. What is long
// repeats itself, and quality 2 makes about as little of it in half of the time. A window of the usual 4 MiB takes time to make.
const LONG = 65_536
const brotliFor = ({ length }: string | Buffer) => ({
  params: {
    [constants.BROTLI_PARAM_QUALITY]: length > LONG ? 2 : 4,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_LGWIN]: 18,
  },
})
const GZIP = { level: 6 }

const codings = {
  br: (text: string | Buffer) => withBrotli(text, brotliFor(text)),
  gzip: (text: string | Buffer) => withGzip(text, GZIP),
}
const CODINGS = ['br', 'gzip'] as const

/** What is shorter (characters) fits into a packet or two, and is not worth the work. */
const MIN_LENGTH = 2048

/**
 * Fields that hold what lets somebody in, or what outsiders sent and services answered. The length of a compressed answer tells
 * whether a text that an attacker put into it stands there a second time (BREACH), so that an answer with one of these is never compressed.
 */
export const NEVER_COMPRESSED: ReadonlySet<string> = new Set([
  ...['hookUrl', 'verifyToken', 'token', 'url'],
  ...['input', 'output', 'error', 'log', 'files', 'sample', 'detail', 'details'],
])

const judged = new WeakMap<DocumentNode, boolean>()

/** Whether no operation of a document changes or follows anything, or asks for one of {@link NEVER_COMPRESSED}. */
export function mayBeCompressed(document: DocumentNode): boolean {
  const before = judged.get(document)
  if (before !== undefined) return before
  let may = true
  visit(document, {
    enter(node) {
      may = isHarmless(node)
      return may ? undefined : BREAK
    },
  })
  judged.set(document, may)
  return may
}

function isHarmless(node: ASTNode): boolean {
  if (node.kind === Kind.OPERATION_DEFINITION) return node.operation === 'query'
  return node.kind !== Kind.FIELD || !NEVER_COMPRESSED.has(node.name.value)
}

type Coding = (typeof CODINGS)[number]

/** How an answer is to be compressed; undefined: as it is. @param length in characters, or bytes. */
export function codingOf(document: DocumentNode, accepted: string | null | undefined, length: number) {
  if (length < MIN_LENGTH || !mayBeCompressed(document)) return undefined
  return acceptedCoding(accepted, CODINGS)
}

/** Off the event loop. */
export const compress = (text: string | Buffer, coding: Coding): Promise<Buffer<ArrayBuffer>> =>
  codings[coding](text)

/** Caches may keep nothing of ours. The header is for what stands between and does not know that. */
export const varyByCoding = (res: ServerResponse): unknown => res.appendHeader('vary', 'Accept-Encoding')

/**
 * Compresses JSON that answers a POST. A page of another site makes browsers send GET with the cookie, by a link, but no JSON by
 * POST: so it cannot try one text after the other. Events of subscriptions go out one by one, and are never compressed.
 */
export function compressAnswers(): Plugin {
  const documents = new WeakMap<Request, DocumentNode>()
  return {
    onExecute({ args }) {
      documents.set((args.contextValue as { request: Request }).request, args.document)
    },
    async onResponse({ request, response, setResponse, fetchAPI }) {
      const document = request.method === 'POST' ? documents.get(request) : undefined
      if (!document || !JSON_ANSWER.test(response.headers.get('content-type') ?? '')) return
      const length = Number(response.headers.get('content-length') ?? 0)
      const coding = codingOf(document, request.headers.get('accept-encoding'), length)
      if (!coding) return
      const bytes = await compress(await response.text(), coding)
      const headers = new fetchAPI.Headers(response.headers)
      headers.set('content-encoding', coding)
      headers.set('content-length', String(bytes.length))
      setResponse(new fetchAPI.Response(bytes, { status: response.status, headers }))
    },
  }
}

const JSON_ANSWER = /^application\/(?:graphql-response\+)?json\b/
