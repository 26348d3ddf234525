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
  read(text: string): unknown
  wanted(field: Field): string
}): Kind {
  return {
    holdsSecrets: false,
    options: rules.options,
    check(value, field) {
      if (rules.accepts(value, field) || isLoneExpression(value)) return
      throw invalid(`must be ${rules.wanted(field)}, or one expression such as {{ trigger.body.key }}.`)
    },
    render(value, field, scope) {
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
  options: ['options'],
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
  read: (text) => (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined),
  wanted(field) {
    const what = field.integer ? 'a whole number' : 'a number'
    if (field.min !== undefined && field.max !== undefined) return `${what} from ${field.min} to ${field.max}`
    if (field.min !== undefined) return `${what}, at least ${field.min}`
    return field.max === undefined ? what : `${what}, at most ${field.max}`
  },
})

export const boolean = scalar({
  options: [],
  accepts: (value) => typeof value === 'boolean',
  read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  wanted: () => 'true or false',
})
