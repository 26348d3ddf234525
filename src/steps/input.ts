import type { Sensitive } from '../sensitive.ts'
import type { Condition, Field, Fields, Pair } from './field.ts'
import type { StandardSchema } from './standard-schema.ts'

/** A row of a secret-capable `pairs` field, as `run` gets it. */
export interface SecretPair {
  readonly name: string
  readonly value: Sensitive
}

type PlainValue<F extends Field> = F extends { kind: 'choice'; options: readonly (infer Option)[] }
  ? Option
  : F extends { kind: 'number' }
    ? number
    : F extends { kind: 'boolean' }
      ? boolean
      : F extends { kind: 'json' }
        ? Validated<F>
        : F extends { kind: 'pairs' }
          ? readonly Pair[]
          : string

type Validated<F extends Field> = F extends { validate: StandardSchema<infer Output> } ? Output : unknown

type SecretValue<F extends Field> = F extends { kind: 'pairs' } ? readonly SecretPair[] : Sensitive

type Value<F extends Field> = F extends { secrets: true } ? SecretValue<F> : PlainValue<F>

/** A field that may be hidden may be missing, even with a default. */
type Present<F extends Field> = F extends { when: Condition }
  ? false
  : F extends { required: true }
    ? true
    : F extends { default: unknown }
      ? true
      : false

/** The input of `run`: every field by its name, rendered. The fields of the step type determine its type. */
export type Input<F extends Fields> = {
  readonly [K in keyof F]: Present<F[K]> extends true ? Value<F[K]> : Value<F[K]> | undefined
}
