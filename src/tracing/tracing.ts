/** What may stand in a span: ids, names of our own, and text that the redactor has passed. */
export type SpanAttributes = Readonly<Record<string, string | number | undefined>>

export interface SpanStart {
  kind: 'server' | 'client' | 'internal'
  /** The span above, as a W3C Trace Context `traceparent` header. What is not one counts as none. */
  parent?: string | undefined
  /** Milliseconds since 1970; now unless given. */
  startedAt?: number | undefined
  attributes?: SpanAttributes
}

export interface Span {
  /** What names this span to those below it (W3C Trace Context). */
  readonly traceparent: string
  set(attributes: SpanAttributes): void
  /** @param failure the code of the error; its message only when the redactor has passed it. */
  end(failure?: { code: string; message?: string | undefined }): void
}

/** Where spans go. A process without it makes none. */
export interface Tracing {
  startSpan(name: string, start: SpanStart): Span
  /** Sends what has ended, and stops. */
  close(): Promise<void>
}
