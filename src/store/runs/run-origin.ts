import { parseJson } from '../../exact-json.ts'

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

/** What the steps before a tested one are to have given, by their keys. */
export type EarlierOutputs = Readonly<Record<string, unknown>>

/**
 * A run's input as it is sealed: JSON without a line break, and below it the origin. A column of its own would have to
 * be written and read for every run. The outputs that a test begins with stand beside the origin.
 */
export const withOrigin = (input: string, origin: RunOrigin, earlier?: EarlierOutputs): string =>
  `${input}\n${JSON.stringify({ ...origin, ...(earlier && { earlier }) })}`

/** What {@link withOrigin} put together. A run that an older version started has its input alone. */
export function splitOrigin(text: string): { input: string; origin: RunOrigin; earlier: EarlierOutputs } {
  const end = text.lastIndexOf('\n')
  if (end < 0) return { input: text, origin: {}, earlier: {} }
  const { earlier = {}, ...origin } = parseJson(text.slice(end + 1)) as RunOrigin & {
    earlier?: EarlierOutputs
  }
  return { input: text.slice(0, end), origin, earlier }
}
