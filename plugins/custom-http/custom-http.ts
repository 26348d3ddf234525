import {
  AppError,
  defineStep,
  type HttpInit,
  type Sensitive,
  type StepContext,
  type StepType,
} from '../../src/steps/index.ts'
import { type CustomHttpInput, fields } from './fields.ts'
import { output } from './output.ts'
import { type RequestBody, requestBody } from './request-body.ts'
import { requestHeaders } from './request-headers.ts'
import { requestUrl } from './request-url.ts'
import { responseBody } from './response-body.ts'
import { responseHeaders } from './response-headers.ts'

/** Sends one HTTP request and gives back the answer. Everything but names and switches takes secrets. */
export const customHttp: StepType = defineStep({
  type: 'custom-http',
  title: 'Custom HTTP request',
  description: 'Sends an HTTP request to any address and gives back what it answers.',
  fields,
  output,
  destinations: ({ url }) => [destination(new URL(url.reveal()))],
  async run(input, context) {
    const started = performance.now()
    const body = requestBody(input)
    const url = requestUrl(input.url, input.query ?? [])
    const response = await context.http(url, requestInit(input, body))
    const bytes = await readBytes(response, url, context)
    const durationMs = Math.round(performance.now() - started)
    if (input.failOnErrorStatus && response.status >= 400) {
      throw new AppError('STEP_FAILED', `${hostOf(response, url)} answered ${response.status}.`)
    }
    return {
      status: response.status,
      ok: response.ok,
      headers: responseHeaders(response.headers),
      body: responseBody(bytes, response.headers.get('content-type')),
      durationMs,
      url: response.url || url.reveal(),
    }
  },
})

function destination({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`
}

function requestInit(input: CustomHttpInput, body: RequestBody | undefined): HttpInit {
  const headers = requestHeaders(input.headers ?? [], body?.contentType)
  return {
    method: input.method,
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

/** RFC 9110's idempotent methods; any method when the server knows a repetition by its key. */
function isRepeatable({ method, headers = [] }: CustomHttpInput): boolean {
  if (method !== 'POST' && method !== 'PATCH') return true
  return headers.some(({ name }) => name.toLowerCase() === 'idempotency-key')
}

function clientCertificate(input: CustomHttpInput): Pick<HttpInit, 'clientCertificate'> {
  const { clientCertificate: content, clientCertificatePassphrase: passphrase } = input
  if (content === undefined || content.reveal().trim() === '') return {}
  return { clientCertificate: { content, ...(passphrase && { passphrase }) } }
}

async function readBytes(response: Response, url: Sensitive, { signal }: StepContext): Promise<Uint8Array> {
  try {
    return new Uint8Array(await response.arrayBuffer())
  } catch (error) {
    if (error instanceof AppError || signal.aborted) throw error
    const message = `The answer of ${hostOf(response, url)} broke off.`
    throw new AppError('REQUEST_FAILED', message, { cause: error })
  }
}

/** All of a URL that a message may show. */
function hostOf(response: Response, url: Sensitive): string {
  return new URL(response.url || url.reveal()).host
}
