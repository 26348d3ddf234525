/** Where a run comes from. It goes with the run's input to the worker, for its log lines and traces. */
export interface RunOrigin {
  /** The public id; absent for a test of a single step. */
  automation?: string
  /** The id of the HTTP request that started it. */
  request?: string
  /** Where that request came from, and what its client calls itself. */
  address?: string
  client?: string
  /** The span of that request, as a W3C Trace Context header. */
  traceparent?: string
}

/**
 * A run's input as it is sealed: JSON without a line break, and below it the origin. A column of its own would have to
 * be written and read for every run.
 */
export const withOrigin = (input: string, origin: RunOrigin): string => `${input}\n${JSON.stringify(origin)}`

/** What {@link withOrigin} put together. A run that an older version started has its input alone. */
export function splitOrigin(text: string): { input: string; origin: RunOrigin } {
  const end = text.lastIndexOf('\n')
  if (end < 0) return { input: text, origin: {} }
  return { input: text.slice(0, end), origin: JSON.parse(text.slice(end + 1)) as RunOrigin }
}
