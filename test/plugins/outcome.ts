import { inspect } from 'node:util'
import { expect } from 'vitest'
import { createRedactor } from '../../src/redactor/index.ts'
import { AppError, Sensitive, type StepType } from '../../src/steps/index.ts'
import { type RunOptions, runStep } from './run-step.ts'

/** The result of a step: exactly one of the two is set. */
export interface Outcome {
  readonly output?: unknown
  readonly error?: AppError
  /** The values that the step protected. */
  readonly guarded: readonly string[]
}

/**
 * Runs the step and checks that its output or error contains no secret in any encoding that the redactor knows.
 */
export async function outcomeOf(type: StepType, raw: unknown, options: RunOptions = {}): Promise<Outcome> {
  try {
    const { output, guarded } = await runStep(type, raw, options)
    expectNoSecret(options.secrets ?? {}, output)
    return { output, guarded }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    expectNoSecret(options.secrets ?? {}, error)
    return { error, guarded: [] }
  }
}

/** The error of the step. */
export async function errorOf(type: StepType, raw: unknown, options: RunOptions = {}): Promise<AppError> {
  const { error, output } = await outcomeOf(type, raw, options)
  if (error === undefined) throw new Error(`The step did not fail, but gave ${JSON.stringify(output)}.`)
  return error
}

function expectNoSecret(secrets: Readonly<Record<string, string>>, shown: unknown): void {
  const redactor = createRedactor({ inPlace: true })
  for (const [name, value] of Object.entries(secrets)) redactor.learn([name], new Sensitive(value))
  // Includes everything that is attached to an error, such as its cause.
  expect(redactor.find(inspect(shown, { depth: 10, maxStringLength: null }))).toEqual([])
  if (!(shown instanceof Error)) expect(redactor.find(JSON.stringify(shown))).toEqual([])
}
