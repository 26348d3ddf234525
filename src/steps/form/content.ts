/** A field with what decides whether it has content, in a step type or in the API's description of one. */
export interface ContentField {
  readonly kind: string
  readonly default?: unknown
  readonly defaultFrom?: string | null | undefined
}

/**
 * The written content of a field. `undefined` stands for an absent field. A form sends null for a field that was
 * left empty, and an empty string for one that is no text.
 */
export function givenValue(
  name: string,
  { kind }: ContentField,
  values: Readonly<Record<string, unknown>>,
): unknown {
  const value = Object.hasOwn(values, name) ? values[name] : undefined
  const textual = kind === 'text' || kind === 'multiline' || kind === 'code'
  return value === null || (value === '' && !textual) ? undefined : value
}

/** The written content of a field, or that of the field from which it has its default, or else its own default. */
export function valueOrDefault(
  name: string,
  field: ContentField,
  values: Readonly<Record<string, unknown>>,
): unknown {
  const { kind, defaultFrom } = field
  const given = givenValue(name, field, values)
  const other = given === undefined && defaultFrom ? givenValue(defaultFrom, { kind }, values) : undefined
  return given ?? other ?? field.default
}

/** Whether the field has no content. An empty list is JSON with content. */
export function isEmpty({ kind }: ContentField, value: unknown): boolean {
  if (value === undefined || value === '') return true
  return kind === 'pairs' && Array.isArray(value) && value.length === 0
}
