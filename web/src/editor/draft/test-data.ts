import { parseJson } from '../../../../src/exact-json.ts'
import { ownValue } from '../../../../src/template/plain-data.ts'
import type { EarlierOutputInput } from '../../gql/graphql.ts'
import type { DraftStep } from './draft.ts'
import type { Samples } from './known-variables.ts'
import { stepsUsedIn } from './rename-step.ts'
import type { StepType } from './step-types.ts'

/** What was tried and typed in tests of an automation's steps, by the ids of the steps. It is kept in memory alone. */
export interface TestData {
  outputs: ReadonlyMap<number, unknown>
  /** What a person wrote in the place of an output, as JSON. */
  written: ReadonlyMap<number, string>
  /** What a person wrote for the trigger. */
  trigger: string | undefined
}

export const noTests: TestData = { outputs: new Map(), written: new Map(), trigger: undefined }

/** What a test gave takes the place of what a person wrote before. */
export function withOutput(tests: TestData, step: number, output: unknown): TestData {
  const written = new Map(tests.written)
  written.delete(step)
  return { ...tests, outputs: new Map(tests.outputs).set(step, output), written }
}

/** @param text undefined: what was written is forgotten. */
export function withWritten(tests: TestData, step: number, text: string | undefined): TestData {
  const written = new Map(tests.written)
  if (text === undefined) written.delete(step)
  else written.set(step, text)
  return { ...tests, written }
}

/** What a test takes for the output of an earlier step. */
export interface EarlierOutput {
  step: DraftStep
  from: 'written' | 'test' | 'run' | 'type'
  /** Undefined: it is too large to be shown, and used as it is. */
  text: string | undefined
  input: EarlierOutputInput
  problem: string | undefined
}

/** The outputs that a step reads of the steps before it: what was written, of the last test, of the last run, or made up. */
export function earlierOutputs(
  { fields }: DraftStep,
  before: readonly DraftStep[],
  types: ReadonlyMap<string, Pick<StepType, 'output'>>,
  samples: Samples,
  tests: TestData,
): EarlierOutput[] {
  const used = stepsUsedIn(fields)
  return before
    .filter(({ key }) => used.has(key))
    .map((step) => {
      const written = tests.written.get(step.id)
      if (written !== undefined) return writtenOutput(step, 'written', written)
      return knownOutput(step, samples, tests) ?? madeUp(step, types)
    })
}

function madeUp(step: DraftStep, types: ReadonlyMap<string, Pick<StepType, 'output'>>): EarlierOutput {
  const sample = exampleOf(types.get(step.type)?.output)
  return writtenOutput(step, 'type', JSON.stringify(sample, null, 2))
}

function knownOutput(step: DraftStep, samples: Samples, { outputs }: TestData): EarlierOutput | undefined {
  const { id, key, savedKey } = step
  const shown = (output: unknown) => ({ step, text: sampleText(output), problem: undefined })
  if (outputs.has(id)) {
    const output = outputs.get(id)
    return { ...shown(output), from: 'test', input: { key, output } }
  }
  const { run, steps } = samples
  if (run === undefined || savedKey === undefined || steps.get(savedKey) === undefined) return undefined
  return { ...shown(steps.get(savedKey)), from: 'run', input: { key, run, keyInRun: savedKey } }
}

function writtenOutput(step: DraftStep, from: 'written' | 'type', text: string): EarlierOutput {
  const read = readSample(text)
  const found =
    'problem' in read ? { output: null, problem: read.problem } : { output: read.value, problem: undefined }
  return { step, from, text, input: { key: step.key, output: found.output }, problem: found.problem }
}

export function readSample(text: string): { value: unknown } | { problem: string } {
  try {
    return { value: parseJson(text) }
  } catch {
    return { problem: 'This is not JSON yet. Check quotes, commas and brackets.' }
  }
}

// In characters. A longer text makes a field slow.
const LONGEST = 20_000

/** A sample as a person can edit it; undefined for none and for a large one. What was redacted of it is only marks. */
export function sampleText(sample: unknown): string | undefined {
  if (sample === undefined || sample === null) return undefined
  const text = JSON.stringify(sample, null, 2)
  return text.length > LONGEST ? undefined : text
}

const DEEPEST = 5

/** An example of what a JSON Schema describes, to begin with. */
export function exampleOf(schema: unknown, depth = 0): unknown {
  const type = ownValue(schema, 'type')
  const properties = ownValue(schema, 'properties')
  if (typeof properties === 'object' && properties !== null && depth < DEEPEST) {
    const entries = Object.entries(properties).map(([name, it]) => [name, exampleOf(it, depth + 1)])
    return Object.fromEntries(entries)
  }
  if (type === 'array') return []
  if (type === 'string') return 'text'
  if (type === 'integer' || type === 'number') return 0
  if (type === 'boolean') return true
  return {}
}
