import {
  defineStep,
  fieldError,
  type HttpInit,
  type Sensitive,
  type StepContext,
  StepFailure,
  type StepType,
} from '../../src/steps/index.ts'
import { send } from './answer.ts'
import { type CustomHttpInput, fields } from './fields.ts'
import { output as outputSchema } from './output.ts'
import { readPages } from './pagination/read-pages.ts'
import { protectPaths, readPaths } from './protect-paths.ts'
import { type RequestBody, requestBody } from './request-body.ts'
import { requestHeaders } from './request-headers.ts'
import { requestUrl } from './request-url.ts'
import { responseHeaders } from './response-headers.ts'

/**
 * Sends an HTTP request, page after page if asked to, and returns the answer. All fields except names, paths and
 * switches take secrets.
 */
export const customHttp: StepType = defineStep({
  type: 'custom-http',
  title: 'Custom HTTP request',
  description: 'Sends an HTTP request to any address and returns the answer.',
  icon: 'api',
  summary: '{method} {url}',
  fields,
  output: outputSchema,
  destinations: ({ url }) => [new URL(url.reveal()).origin],
  async run(input, context) {
    const { protect: paths = '' } = input
    // A path that is none must not show up when the request has been sent.
    readPaths(paths)
    const started = performance.now()
    const init = requestInit(input, requestBody(input, context.files))
    const { answer, ...read } = await readAll(input, init, context)
    const durationMs = Math.round(performance.now() - started)
    const { response, host } = answer
    const output = {
      status: response.status,
      ok: response.ok,
      headers: responseHeaders(response.headers),
      durationMs,
      url: shownUrl(answer.url, context),
      ...read,
    }
    protectPaths(paths, output, context.protect)
    if (input.failOnErrorStatus && response.status >= 400) {
      throw new StepFailure(`${host} answered ${response.status}.`, output)
    }
    return output
  },
})

/**
 * Reads one answer, or page after page. @returns the last answer, and the parts of the output that differ between
 * the two.
 */
async function readAll(input: CustomHttpInput, init: HttpInit, context: StepContext) {
  if (input.pagination === 'none') {
    const keep = input.keepFile ? { name: input.fileName?.trim() || undefined } : undefined
    const answer = await send(requestUrl(input.url, input.query ?? []), init, context, keep)
    return { answer, body: answer.body, ...(answer.file && { file: answer.file }) }
  }
  const { answer, joined, count, hasMore } = await readPages(input, input.pagination, init, context)
  return { answer, body: joined, pages: count, hasMore }
}

/**
 * The address of the answer without the query, and with secrets in the path masked. Otherwise later steps would
 * get the value from it.
 */
function shownUrl(url: Sensitive, { mask }: StepContext): string {
  const { origin, pathname } = new URL(url.reveal())
  return mask(`${origin}${pathname}`)
}

function requestInit(input: CustomHttpInput, body: RequestBody | undefined): HttpInit {
  const headers = requestHeaders(input.headers ?? [], body?.contentType)
  return {
    method: methodOf(input),
    headers,
    ...(body && { body: body.content }),
    redirect: input.followRedirects ? 'follow' : 'manual',
    ...(input.maxRedirects !== undefined && { maxRedirects: input.maxRedirects }),
    timeoutMs: input.timeoutSeconds * 1000,
    retries: input.retries,
    repeatable: isRepeatable(input),
    ...clientCertificate(input),
  }
}

/** @throws AppError INVALID_FIELD for what is no method. The client refuses CONNECT and TRACE. */
function methodOf({ method, otherMethod = '' }: CustomHttpInput): string {
  if (method !== 'OTHER') return method
  const other = otherMethod.trim()
  if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}$/.test(other)) return other.toUpperCase()
  throw fieldError(
    { field: 'otherMethod' },
    'must be a method of HTTP: letters without blanks, such as PROPFIND.',
  )
}

/** Of other methods these change nothing (RFC 4918, RFC 3253, RFC 5323, and the draft of QUERY). */
const SAFE = ['PROPFIND', 'REPORT', 'SEARCH', 'QUERY']

/** RFC 9110's idempotent methods. With an idempotency key, any method. */
function isRepeatable(input: CustomHttpInput): boolean {
  const { method, headers = [] } = input
  if (method === 'OTHER' ? SAFE.includes(methodOf(input)) : method !== 'POST' && method !== 'PATCH')
    return true
  return headers.some(({ name }) => name.toLowerCase() === 'idempotency-key')
}

function clientCertificate(input: CustomHttpInput): Pick<HttpInit, 'clientCertificate'> {
  const { clientCertificate: content, clientCertificatePassphrase: passphrase } = input
  if (content === undefined || content.reveal().trim() === '') return {}
  return { clientCertificate: { content, ...(passphrase && { passphrase }) } }
}
