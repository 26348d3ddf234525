import type { ExactNumber } from '../exact-json.ts'
import type { Sensitive } from '../sensitive.ts'

type Scalars = {
  string: string | Sensitive
  number: number | ExactNumber
  integer: number | ExactNumber
  boolean: boolean
  null: null
}

/**
 * What `run` has to return, as the JSON Schema in `output` says. A schema that is not written as a literal, or says no type,
 * takes anything; what JSON cannot hold is then refused when the step runs.
 */
export type OutputOf<S> = S extends { readonly type: readonly (infer T)[] }
  ? OfType<T, S>
  : S extends { readonly type: infer T }
    ? OfType<T, S>
    : unknown

type OfType<T, S> = string extends T
  ? unknown
  : T extends keyof Scalars
    ? Scalars[T]
    : T extends 'array'
      ? readonly (S extends { readonly items: infer I } ? OutputOf<I> : unknown)[]
      : T extends 'object'
        ? S extends { readonly properties: infer P }
          ? { readonly [K in keyof P]?: OutputOf<P[K]> | undefined }
          : object
        : unknown
