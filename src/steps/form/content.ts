/** A field as far as it says what counts as content, in a step type or in what the API says of one. */
export interface ContentField {
  readonly kind: string
  readonly default?: unknown
}

/**
 * What was written into a field. `undefined` stands for a field that was not given: null, and outside of
 * text an empty string, are what a form sends for a field that was left empty.
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

/** What was written into a field, or its default. */
export function valueOrDefault(
  name: string,
  field: ContentField,
  values: Readonly<Record<string, unknown>>,
): unknown {
  const given = givenValue(name, field, values)
  return given === undefined ? field.default : given
}

/** Whether there is nothing in it, given or not. An empty list is JSON with content. */
export function isEmpty({ kind }: ContentField, value: unknown): boolean {
  if (value === undefined || value === '') return true
  return kind === 'pairs' && Array.isArray(value) && value.length === 0
}
