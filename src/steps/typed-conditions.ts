import type { Field, Fields } from './field.ts'

/** What the field of a condition may have. */
type ValueOf<F extends Field> = F extends { kind: 'choice'; options: readonly (infer Option)[] }
  ? Option
  : F extends { kind: 'boolean' }
    ? boolean
    : F extends { kind: 'number' }
      ? number
      : never

type Checked<F extends Fields, C> = C extends { field: infer N; is: infer V }
  ? N extends keyof F
    ? [V] extends [ValueOf<F[N]> | readonly ValueOf<F[N]>[]]
      ? C
      : { readonly field: N; readonly is: ValueOf<F[N]> | readonly ValueOf<F[N]>[] }
    : { readonly field: keyof F; readonly is: unknown }
  : C

/**
 * The same fields, if their conditions look at fields of the step type and at values that these can have. Of fields that are
 * known only at run time, the registry checks it.
 */
export type WithConditions<F extends Fields> = string extends keyof F
  ? F
  : {
      readonly [K in keyof F]: {
        readonly [P in keyof F[K]]: P extends 'when' | 'requiredWhen' | 'textWhen'
          ? Checked<F, F[K][P]>
          : F[K][P]
      }
    }
