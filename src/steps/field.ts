import type { StandardSchema } from './standard-schema.ts'

/**
 * Words of this folder: a *step type* is what a plugin defines; a *field* is one input of it; the *kind* of a
 * field says what it contains and how its templates are rendered; a *secret-capable* field may refer to secrets,
 * and `run` gets its content as a `Sensitive`.
 */

export const fieldKinds = [
  'text',
  'multiline',
  'url',
  'json',
  'pairs',
  'choice',
  'number',
  'boolean',
  'code',
] as const
export type FieldKind = (typeof fieldKinds)[number]

/** Holds while the other field has this value, or one of these. The other field cannot be secret-capable. */
export interface Condition {
  readonly field: string
  readonly is: ConditionValue | readonly ConditionValue[]
}
type ConditionValue = string | number | boolean

/** One row of a `pairs` field as it is stored. Both members are templates; the name takes no secrets. */
export interface Pair {
  readonly name: string
  readonly value: string
}

interface CommonOptions {
  /** The text beside the field. */
  readonly label: string
  /** One or two sentences below the field. */
  readonly help?: string
  /** What an empty field shows, such as an example. */
  readonly placeholder?: string
  /** Fields with the same text fold together under it. */
  readonly group?: string
  /** Without content, the field has that of this other one, of the same kind. Neither may take secrets. */
  readonly defaultFrom?: string
  /** A step without this field cannot be saved. While the field is hidden by `when` it is not required. */
  readonly required?: boolean
  /** The same, but only while this condition holds. */
  readonly requiredWhen?: Condition
  /** Hides the field unless the condition holds. A hidden field is not rendered: `run` gets `undefined`. */
  readonly when?: Condition
  /**
   * Checks the plain value, when the step is saved and when it runs. It must be synchronous. For a JSON field
   * without secrets `run` gets the schema's output; any other value stays as it was.
   */
  readonly validate?: StandardSchema
}

interface SecretOptions {
  /** Templates in this field may refer to secrets. `run` then always gets a `Sensitive`. */
  readonly secrets?: true
  /**
   * What `context.http` sends of the field: the URL, the body, or for rows, query parameters or headers with their
   * names. A policy may name these places instead of the field. Then the request is checked against them. If one
   * field has `sends`, every field that is sent needs it.
   */
  readonly sends?: Sends
}

/** `query` and `header` are only for `pairs`. The name of a row is the name of the parameter or header. */
export type Sends = 'url' | 'query' | 'header' | 'body'

interface AloneOption {
  /**
   * A secret has to fill the field alone, without a filter or other text. Use it if the step refuses values for
   * their length or form. Otherwise people could add their own text around the value, and each refusal would tell
   * a little about it.
   */
  readonly alone?: true
}

export interface TextOptions extends CommonOptions, SecretOptions, AloneOption {
  readonly default?: string
  /** `header`: line breaks and other characters that would split a header are refused. */
  readonly place?: 'text' | 'header'
}

export interface MultilineOptions extends CommonOptions, SecretOptions, AloneOption {
  readonly default?: string
}

export interface UrlOptions extends CommonOptions, SecretOptions {
  readonly default?: string
}

export interface JsonOptions extends CommonOptions, SecretOptions {
  /** A structure, or a string with JSON source text. */
  readonly default?: unknown
  /** The field is arbitrary text instead of JSON while this condition holds. */
  readonly textWhen?: Condition
}

export interface PairsOptions extends CommonOptions, SecretOptions {
  readonly default?: readonly Pair[]
  /** `header`: names and values must be valid header fields (RFC 9110). */
  readonly place?: 'text' | 'header'
}

export interface ChoiceOptions extends CommonOptions {
  readonly options: readonly [string, ...string[]]
  /** What people see of an option, by the option; by default the option itself. */
  readonly labels?: Readonly<Record<string, string>>
  readonly default?: string
}

export interface NumberOptions extends CommonOptions {
  readonly default?: number
  readonly min?: number
  readonly max?: number
  /** Refuses fractions. */
  readonly integer?: boolean
}

export interface BooleanOptions extends CommonOptions {
  readonly default?: boolean
}

export interface CodeOptions extends CommonOptions {
  readonly default?: string
  /** The language for the editor's highlighting, such as `sql`. */
  readonly language?: string
}

/** A field of any kind, as the registry, the checks and the frontends read it. */
export interface Field extends CommonOptions {
  readonly kind: FieldKind
  readonly secrets?: boolean
  readonly sends?: Sends
  readonly alone?: boolean
  readonly default?: unknown
  readonly place?: 'text' | 'header'
  readonly textWhen?: Condition
  readonly options?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  readonly min?: number
  readonly max?: number
  readonly integer?: boolean
  readonly language?: string
}

/** The fields of a step type by name, in the order of its form. */
export type Fields = Readonly<Record<string, Field>>

/**
 * Makes the compiler refuse an option that the kind does not have. Otherwise a typo would silently have no effect.
 */
type Exactly<O, Options> = O & { readonly [K in Exclude<keyof O, keyof Options>]: never }

/**
 * The builders of fields. Each takes `label` and optionally `help`, `required`, `default` and `when`;
 * `secrets: true` makes it secret-capable. Values are templates, rendered before `run` is called.
 */
export const field = {
  /** One line of text. */
  text: <const O extends TextOptions>(options: Exactly<O, TextOptions>) =>
    ({ ...options, kind: 'text' }) as const,

  /** Text of several lines, such as a message or a certificate. */
  multiline: <const O extends MultilineOptions>(options: Exactly<O, MultilineOptions>) =>
    ({ ...options, kind: 'multiline' }) as const,

  /** An absolute http or https address. Values are percent-encoded for their part of the URL. */
  url: <const O extends UrlOptions>(options: Exactly<O, UrlOptions>) =>
    ({ ...options, kind: 'url' }) as const,

  /**
   * JSON: a structure whose strings are templates, or JSON source text with templates in it. `run` gets the parsed
   * value; when secret-capable, a `Sensitive` with the JSON text.
   */
  json: <const O extends JsonOptions>(options: Exactly<O, JsonOptions>) =>
    ({ ...options, kind: 'json' }) as const,

  /** A list of `{ name, value }`. Only the values may refer to secrets. */
  pairs: <const O extends PairsOptions>(options: Exactly<O, PairsOptions>) =>
    ({ ...options, kind: 'pairs' }) as const,

  /** One of the given options. */
  choice: <const O extends ChoiceOptions>(
    options: Exactly<O, ChoiceOptions> & { readonly default?: O['options'][number] },
  ) => ({ ...options, kind: 'choice' }) as const,

  /** A number; `min` and `max` are inclusive. */
  number: <const O extends NumberOptions>(options: Exactly<O, NumberOptions>) =>
    ({ ...options, kind: 'number' }) as const,

  /** Yes or no. */
  boolean: <const O extends BooleanOptions>(options: Exactly<O, BooleanOptions>) =>
    ({ ...options, kind: 'boolean' }) as const,

  /**
   * Source text in some language, which `run` gets as written. It takes no `{{ }}`, because a value in code is an
   * injection. Values reach the code through another field.
   */
  code: <const O extends CodeOptions>(options: Exactly<O, CodeOptions>) =>
    ({ ...options, kind: 'code' }) as const,
}
