import { AppError } from '../errors.ts'
import type { RunRedactor } from '../redactor/index.ts'
import { Sensitive } from '../sensitive.ts'
import { type JsonSchema, oddIn, protectedTexts, type StepContext, StepFailure } from '../steps/index.ts'

const MAX_OUTPUT_BYTES = 32 * 1024 * 1024

/**
 * What a step gives back goes through JSON, so that no object with a life of its own stays.
 *
 * @param obtained what the step has protected. The run knows it as it knows its secrets, so that later steps get it. Any
 *   other `Sensitive` stays a mark.
 */
export function outputJson(
  output: unknown,
  refused: () => void,
  obtained: ReadonlySet<Sensitive> = new Set(),
): string {
  let text: string | undefined
  try {
    // A function that is asked for every value takes its time.
    text = obtained.size > 0 ? JSON.stringify(output, revealing(obtained)) : JSON.stringify(output)
  } catch {
    // The message of the error may quote the output.
    const words = oddIn(output) ?? 'The step gave back something that JSON cannot hold.'
    throw new AppError('STEP_FAILED', words)
  }
  const odd = oddIn(output)
  if (odd) throw new AppError('STEP_FAILED', odd)
  if (text === undefined) return 'null'
  if (text.length > MAX_OUTPUT_BYTES) {
    refused()
    throw new AppError(
      'RESPONSE_TOO_LARGE',
      `The step's output is over ${MAX_OUTPUT_BYTES / 1024 / 1024} MiB.`,
    )
  }
  return text
}

/**
 * JSON that another process has written: of one that is none, nobody could read what is stored.
 *
 * @returns the very same text, in which each number has its digits.
 * @throws AppError STEP_FAILED
 */
export async function checkedJson(text: string, redactor: RunRedactor, signal: AbortSignal): Promise<string> {
  if (text.length > redactor.largest) await redactor.json(text, signal)
  else outputJson(parsed(text), () => undefined)
  return text
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The message of the error quotes the text.
    throw new AppError('STEP_FAILED', 'The step gave back something that is no JSON.')
  }
}

function revealing(obtained: ReadonlySet<Sensitive>) {
  // What `toJSON` made of the value is not what is asked for: the object that holds it still has the value itself.
  return function (this: unknown, key: string, shown: unknown): unknown {
    const value = (this as Record<string, unknown>)[key]
    return value instanceof Sensitive && obtained.has(value) ? value.reveal() : shown
  }
}

/** Runs a step, and protects what its definition marks in its output, also in one that comes with its failure. */
export async function protectMarked(
  schema: JsonSchema,
  run: () => unknown,
  protect: StepContext['protect'],
): Promise<unknown> {
  const guard = (output: unknown) => {
    for (const text of protectedTexts(schema, output)) protect(text)
  }
  try {
    const output = await run()
    guard(output)
    return output
  } catch (error) {
    const failed = StepFailure.outputOf(error)
    if (failed) guard(failed.output)
    throw error
  }
}
