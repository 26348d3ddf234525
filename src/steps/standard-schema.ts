/**
 * A validator of any library that follows https://standardschema.dev (zod, valibot, arktype and others): the part
 * of the specification that is used here.
 */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined
  }
}

type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** A schema's result for a value, with its issues in plain words. A path is the list of keys to the place. */
export type Verdict =
  | { readonly valid: true; readonly value: unknown }
  | { readonly valid: false; readonly message: string; readonly path: readonly string[] }

/** Thrown for a schema that returns a promise. Neither saving nor rendering waits for it. */
export class LateSchema extends Error {}

/** @throws LateSchema, and any error of the schema */
export function judge(schema: StandardSchema, value: unknown): Verdict {
  const result = schema['~standard'].validate(value)
  if ('then' in result) {
    result.catch(() => undefined)
    throw new LateSchema('The schema is asynchronous.')
  }
  if (result.issues === undefined) return { valid: true, value: result.value }
  const [first] = result.issues
  const path = (first?.path ?? []).map((it) => String(typeof it === 'object' ? it.key : it))
  return { valid: false, message: first?.message ?? '', path }
}
