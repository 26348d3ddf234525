import { AsyncLocalStorage } from 'node:async_hooks'

/** The HTTP request that the running code works for. */
export interface RequestContext {
  /** Stands in every log line that is written for the request, and in its answer. */
  readonly id: string
  /** The request's span, as a W3C Trace Context header; undefined: there are no traces. */
  readonly traceparent: string | undefined
  /** The address that the request came from; undefined where it is not known. */
  readonly address?: string | undefined
  /** What the client calls itself (User-Agent), shortened, without control characters. */
  readonly client?: string | undefined
}

export const requestContext = new AsyncLocalStorage<RequestContext>()
