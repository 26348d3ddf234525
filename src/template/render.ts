import { Evaluation, type Scope } from './evaluation.ts'
import { renderHeader } from './header-place.ts'
import { renderJson } from './json-place.ts'
import { parse } from './parse.ts'
import type { Part } from './part.ts'
import { secretsOf } from './references.ts'
import { renderUrl } from './url-place.ts'

/** The place of the rendered text. It decides how a value is written. */
export type Place = 'text' | 'url' | 'header' | 'json'

export interface Rendered {
  text: string
  /**
   * The names of the secrets that the template references, in order of appearance, and of those in the inserted
   * values.
   */
  secrets: readonly string[]
}

const renderers: Record<Place, (parts: readonly Part[], source: string, evaluation: Evaluation) => string> = {
  text: renderText,
  url: renderUrl,
  header: renderHeader,
  json: renderJson,
}

/**
 * Inserts the values into a template. A value is data: text in it that looks like a template stays as it is.
 *
 * @throws AppError UNKNOWN_VARIABLE | SECRET_NOT_FOUND | INVALID_FIELD | INVALID_TEMPLATE
 */
export function render(source: string, place: Place, scope: Scope): Rendered {
  const parts = parse(source)
  const evaluation = new Evaluation(scope)
  evaluation.claim(secretsOf(parts))
  const text = renderers[place](parts, source, evaluation)
  return { text, secrets: evaluation.secrets }
}

export function renderText(parts: readonly Part[], source: string, evaluation: Evaluation): string {
  return parts
    .map((part) => {
      if (part.kind === 'expression') return evaluation.textOf(part.expression, source)
      evaluation.meter.charge(part.text.length)
      return part.text
    })
    .join('')
}
