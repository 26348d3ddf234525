import type { Fields } from './field.ts'
import type { Input } from './input.ts'
import type { StepContext } from './step-context.ts'

/** A JSON Schema of what a step gives back; the variable explorer lists its properties. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** What a plugin author writes. */
export interface StepDefinition<F extends Fields, O> {
  /** Its id in stored automations, in kebab-case: `custom-http`. It never changes. */
  readonly type: string
  readonly title: string
  readonly description: string
  readonly fields: F
  readonly output: JsonSchema
  /** A run that was interrupted during this step may run it again: doing it twice does no harm. */
  readonly repeatable?: boolean
  /**
   * Where the step sends what its fields hold, as `host:port` (an IPv6 address in brackets), so that a secret that
   * is bound to hosts goes to no other. A step type that does not say cannot use such a secret. What goes through
   * `context.http` is checked there once more, at every hop.
   */
  destinations?(input: Input<F>): readonly string[]
  /**
   * Does the work. It gives back plain data, as JSON can hold it, and no value of a secret: what it gives
   * back is redacted before it is stored, yet later steps of the run see it as it is.
   *
   * @throws AppError STEP_FAILED with a message that says what to do and holds no value. Any other error ends the
   *   run as STEP_FAILED too; of every error its message alone is shown, redacted.
   */
  run(input: Input<F>, context: StepContext): Promise<O> | O
}

/** A step type whose fields are known at run time only, as the executor and the frontends hold it. */
export interface StepType {
  readonly type: string
  readonly title: string
  readonly description: string
  readonly fields: Fields
  readonly output: JsonSchema
  readonly repeatable?: boolean
  destinations?(input: RenderedInput): readonly string[]
  run(input: RenderedInput, context: StepContext): unknown
}

/** What `renderFields` made for exactly this step type. */
export type RenderedInput = Readonly<Record<string, unknown>>

/**
 * Defines a step type. It returns what it is given: its use is that the type of `run`'s input follows from
 * the fields. The registry checks the definition when the process starts.
 */
export function defineStep<const F extends Fields, O>(definition: StepDefinition<F, O>): StepType {
  // `run` asks for more than StepType promises it; renderFields makes its input from these same fields.
  return definition as unknown as StepType
}
