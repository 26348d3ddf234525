import { AppError } from '../errors.ts'
import { ExactNumber } from '../exact-json.ts'
import { Evaluation, type Scope } from './evaluation.ts'
import { parse } from './parse.ts'
import { checkDepth, isPlainObject, ownValue, type Plain, setOwn } from './plain-data.ts'
import { secretsIn } from './references.ts'
import { renderText } from './render.ts'

interface RenderedData {
  value: unknown
  /**
   * The names of the secrets that the templates reference, in order of appearance, and of those in the inserted
   * values.
   */
  secrets: readonly string[]
}

/**
 * Renders JSON data whose strings and object keys are templates. A string that is exactly one expression becomes
 * that value with its type. Every other string is rendered as text.
 *
 * @throws AppError UNKNOWN_VARIABLE | SECRET_NOT_FOUND | INVALID_FIELD | INVALID_TEMPLATE
 */
export function renderData(value: unknown, scope: Scope): RenderedData {
  const evaluation = new Evaluation(scope)
  evaluation.claim(secretsIn(value))
  const rendered = renderNode(value, evaluation, 0)
  return { value: rendered, secrets: evaluation.secrets }
}

function renderNode(value: unknown, evaluation: Evaluation, depth: number): Plain {
  evaluation.meter.charge(1)
  if (typeof value === 'string') return renderString(value, evaluation)
  if (value === null || typeof value === 'boolean') return value
  if ((typeof value === 'number' && Number.isFinite(value)) || value instanceof ExactNumber) return value
  checkDepth(depth)
  if (Array.isArray(value)) return value.map((item) => renderNode(item, evaluation, depth + 1))
  if (isPlainObject(value)) return renderObject(value, evaluation, depth)
  throw new AppError(
    'INVALID_FIELD',
    'The field holds something that is not JSON. Use text, numbers, lists and objects.',
  )
}

function renderString(source: string, evaluation: Evaluation): Plain {
  const parts = parse(source)
  const [first] = parts
  if (parts.length === 1 && first?.kind === 'expression') return evaluation.valueOf(first.expression, source)
  return renderText(parts, source, evaluation)
}

function renderObject(value: object, evaluation: Evaluation, depth: number): Plain {
  const rendered: { [key: string]: Plain } = {}
  for (const template of Object.keys(value)) {
    const key = renderText(parse(template), template, evaluation)
    if (Object.hasOwn(rendered, key)) {
      throw new AppError('INVALID_FIELD', 'Two keys of one object are the same once the values are in them.')
    }
    const held = ownValue(value, template)
    if (held !== undefined) setOwn(rendered, key, renderNode(held, evaluation, depth + 1))
  }
  return rendered
}
