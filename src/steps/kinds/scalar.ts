import { ExactNumber, isHeldAs } from '../../exact-json.ts'
import { render } from '../../template/index.ts'
import type { Field } from '../field.ts'
import { anyOf } from '../within.ts'
import { invalid, isLoneExpression, type Kind, plain } from './kind.ts'

/**
 * The kinds that are no text. They contain a literal, or one expression whose text is parsed when the step runs.
 * They take no secrets, because a wrapped number or choice would be useless to a step.
 */
function scalar(rules: {
  readonly options: readonly string[]
  accepts(value: unknown, field: Field): boolean
  /** What is written, as the step gets it. */
  simplify?(value: unknown): unknown
  read(text: string): unknown
  wanted(field: Field): string
}): Kind {
  const { simplify = (value) => value } = rules
  return {
    holdsSecrets: false,
    options: rules.options,
    check(written, field) {
      const value = simplify(written)
      if (rules.accepts(value, field) || isLoneExpression(value)) return
      throw invalid(`must be ${rules.wanted(field)}, or one expression such as {{ trigger.body.key }}.`)
    },
    render(written, field, scope) {
      const value = simplify(written)
      if (rules.accepts(value, field)) return plain(value)
      this.check(value, field)
      const { text, secrets } = render(String(value).trim(), 'text', scope)
      const read = rules.read(text)
      if (rules.accepts(read, field)) return { value: read, secrets }
      throw invalid(`must be ${rules.wanted(field)}. What its expression gave is not.`)
    },
  }
}

export const choice = scalar({
  options: ['options', 'labels'],
  accepts: (value, field) => typeof value === 'string' && (field.options ?? []).includes(value),
  read: (text) => text,
  wanted: (field) => anyOf(field.options ?? []),
})

export const number = scalar({
  options: ['min', 'max', 'integer'],
  accepts(value, field) {
    if (typeof value !== 'number' || !Number.isFinite(value)) return false
    if (field.integer && !Number.isInteger(value)) return false
    return (
      value >= (field.min ?? Number.NEGATIVE_INFINITY) && value <= (field.max ?? Number.POSITIVE_INFINITY)
    )
  },
  simplify: (value) => (value instanceof ExactNumber ? heldNumber(value.digits) : value),
  read: (text) => (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? heldNumber(text) : undefined),
  wanted(field) {
    const what = field.integer ? 'a whole number' : 'a number'
    if (field.min !== undefined && field.max !== undefined) return `${what} from ${field.min} to ${field.max}`
    if (field.min !== undefined) return `${what}, at least ${field.min}`
    return field.max === undefined ? what : `${what}, at most ${field.max}`
  },
})

/** A step counts with doubles. One whose digits they cannot hold is refused, as it would become another number. */
function heldNumber(digits: string): number {
  const value = Number(digits)
  if (isHeldAs(value, digits)) return value
  throw invalid('has more digits than a number field can hold. Give a number of 15 digits at most.')
}

export const boolean = scalar({
  options: [],
  accepts: (value) => typeof value === 'boolean',
  read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  wanted: () => 'true or false',
})
