import type { Choice, StepAsk } from './ask.ts'
import type { Destinations } from './destinations.ts'
import type { Fields } from './field.ts'
import type { StepIcon } from './icons.ts'
import type { Input } from './input.ts'
import type { OutputOf } from './output-type.ts'
import type { StepContext } from './step-context.ts'
import type { WithConditions } from './typed-conditions.ts'

/**
 * A JSON Schema of a step's output; the variable explorer lists its properties. What is marked as `protected: true` is
 * protected as by `context.protect`.
 */
export type JsonSchema = Readonly<Record<string, unknown>>

/** What `run` gets besides its input, with the configuration by its declared fields. */
export type ConfiguredContext<C extends Fields> = StepContext & { readonly config: Input<C> }

/** The definition that a plugin author writes. */
export interface StepDefinition<
  F extends Fields,
  S extends JsonSchema,
  C extends Fields = Record<never, never>,
> {
  /** Its id in stored automations, in kebab-case: `custom-http`. It never changes. */
  readonly type: string
  readonly title: string
  readonly description: string
  readonly fields: F
  /**
   * What the operator of an instance sets for the package, in the variables `LOCKSTEP_PLUGIN_PACKAGE__FIELD`: fields of one
   * value each, without conditions. Step types of a package that declare the same field share it. `run` finds it in
   * `context.config`.
   */
  readonly config?: C
  readonly output: S
  readonly icon?: StepIcon
  /**
   * One line about a step for lists of steps, with fields in braces: `{method} {url}`. It shows what is written, and `…` for
   * templates. It names no field that takes secrets but addresses, of which it shows the host.
   */
  readonly summary?: string
  /**
   * What a service offers for text fields without secrets, asked while a form is filled in. Any other field may be empty
   * then. Each gets what `run` gets, under the same rules. 500 choices at most, within 20 seconds.
   */
  readonly choices?: {
    readonly [K in keyof F & string]?: (
      input: Partial<Input<F>>,
      context: ConfiguredContext<C>,
    ) => Promise<readonly Choice[]> | readonly Choice[]
  }
  /**
   * Tests the connection with what a form holds so far, without doing the work of the step. It has the same rules as `run`.
   *
   * @returns a sentence about what was found, if there is something to say.
   * @throws AppError in words when it does not work.
   */
  check?(
    input: Partial<Input<F>>,
    context: ConfiguredContext<C>,
  ): Promise<string | undefined> | string | undefined
  /**
   * The version of `fields`, from 1. Stored steps keep the version that they were saved with. A higher one needs
   * {@link migrate}.
   */
  readonly version?: number
  /**
   * Makes the fields of this version from those of an earlier one, as they are stored: literals and templates. It changes
   * nothing else, and may be called any number of times for one step.
   *
   * @param fields a copy.
   * @param from the version that they were saved with: 1 or higher, and lower than this one.
   */
  migrate?(fields: Record<string, unknown>, from: number): Record<string, unknown>
  /**
   * Which field takes the content of a field of an earlier version, of those that may hold secrets. A migration that puts
   * a secret into a field in which it was not is refused, unless this names the two fields.
   */
  readonly moves?: Readonly<Record<string, string | readonly string[]>>
  /**
   * Whether a run that was interrupted during this step may run it again, because running it twice does no harm.
   */
  readonly repeatable?: boolean
  /**
   * Where the step sends its fields, as `host:port` (an IPv6 address in brackets). A secret that is bound to hosts
   * goes to no other. A step type without destinations cannot use such a secret. `context.http` checks its
   * requests again, at every hop.
   *
   * A function speaks for all fields: whatever the step has, goes to each of these. An object says it for each field,
   * and names every field that takes secrets. A request with `uses` may then go where a secret of another field may not
   * go, if this says that the other field does not go there.
   */
  destinations?: ((input: Input<F>) => readonly string[]) | DestinationsByField<F>
  /**
   * How many seconds the step waits before it does its work; only with `repeatable`. From five seconds on no worker is
   * needed meanwhile, so the run keeps no place that another run could have. A restart does not begin the wait again.
   */
  delaySeconds?(input: Input<F>): number
  /**
   * Does the work. It returns plain data, as in JSON and as `output` says, without the value of a secret. The output is
   * redacted before it is stored, but later steps of the run see it unredacted. Bytes go into a file: `context.files`.
   *
   * @throws AppError STEP_FAILED with a message that says what to do and contains no value. Any other error ends
   * the run as STEP_FAILED too. Only the message of an error is shown, redacted.
   */
  run(input: Input<F>, context: ConfiguredContext<C>): Promise<OutputOf<S>> | OutputOf<S>
}

type UrlField<F extends Fields> = {
  [K in keyof F & string]: F[K] extends { kind: 'url' } ? K : never
}[keyof F & string]

/** Hosts that are written here, the hosts of URL fields, or what a function makes of the input. */
type DestinationsOf<F extends Fields> =
  | readonly (string | { readonly field: UrlField<F> })[]
  | ((input: Input<F>) => readonly string[])

type DestinationsByField<F extends Fields> = {
  readonly [K in keyof F as F[K] extends { secrets: true } ? K : never]: DestinationsOf<F>
} & { readonly [K in keyof F]?: DestinationsOf<F> }

/** A step type whose fields are known only at run time, as the executor and the frontends use it. */
export interface StepType {
  readonly type: string
  readonly title: string
  readonly description: string
  readonly fields: Fields
  readonly config?: Fields
  /** What the operator has set, in a process that runs steps. */
  readonly configured?: Readonly<Record<string, unknown>>
  readonly output: JsonSchema
  readonly icon?: StepIcon
  readonly summary?: string
  readonly choices?: Readonly<Record<string, (input: RenderedInput, context: StepContext) => unknown>>
  check?(input: RenderedInput, context: StepContext): Promise<string | undefined> | string | undefined
  readonly version?: number
  migrate?(fields: Record<string, unknown>, from: number): Record<string, unknown>
  readonly moves?: Readonly<Record<string, string | readonly string[]>>
  readonly repeatable?: boolean
  readonly destinations?: Destinations
  delaySeconds?(input: RenderedInput): number
  run(input: RenderedInput, context: StepContext): unknown
  /** Of a step type whose code runs in another process. */
  readonly elsewhere?: StepElsewhere
}

/** What is asked of a definition whose functions are in another process. */
export interface StepElsewhere {
  /**
   * Checks written fields with the schemas of the definition, which {@link checkFields} does not have.
   *
   * @throws AppError as `checkFields`; STEP_FAILED when it cannot be asked.
   */
  checkWritten(key: string, raw: unknown): Promise<void>
  /**
   * The step type for one step, with what its functions say of the input.
   *
   * @throws AppError STEP_FAILED, and what a function threw.
   */
  settle(input: RenderedInput, raw: unknown): Promise<StepType>
  /**
   * What `migrate` of the definition makes of these fields, which nobody has checked.
   *
   * @throws AppError STEP_FAILED when it cannot be asked; and what the function threw.
   */
  migrate(fields: Record<string, unknown>, from: number): Promise<unknown>
  /** Runs `choices` or `check` of the definition. @returns its answer as text, as `run` does. */
  runAsked(ask: StepAsk, input: RenderedInput, context: StepContext): Promise<unknown>
}

/** The result of `renderFields` for exactly this step type. */
export type RenderedInput = Readonly<Record<string, unknown>>

/**
 * Defines a step type. It returns its argument; it serves only to infer the type of `run`'s input from the fields.
 * The registry checks the definition when the process starts.
 */
export function defineStep<
  const F extends Fields,
  const S extends JsonSchema,
  const C extends Fields = Record<never, never>,
>(definition: StepDefinition<F, S, C> & { readonly fields: WithConditions<F> }): StepType {
  // `run` requires a narrower input than StepType promises. renderFields makes it from these same fields.
  return definition as unknown as StepType
}
