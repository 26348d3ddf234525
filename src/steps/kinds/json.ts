import { AppError } from '../../errors.ts'
import { parseJson } from '../../exact-json.ts'
import { Sensitive } from '../../sensitive.ts'
import { parse, render, renderData, type Scope } from '../../template/index.ts'
import { invalid, type Kind, type Reading } from './kind.ts'

export const json: Kind = {
  holdsSecrets: true,
  options: ['textWhen'],
  check(value) {
    if (typeof value === 'string') checkSource(value)
  },
  render(value, field, scope) {
    if (typeof value === 'string') return renderSource(value, field.secrets === true, scope)
    const rendered = renderData(value, scope)
    return field.secrets ? wrapped(JSON.stringify(rendered.value), rendered.secrets) : rendered
  },
}

function renderSource(source: string, takesSecrets: boolean, scope: Scope): Reading {
  const { text, secrets } = render(source, 'json', scope)
  return takesSecrets ? wrapped(text, secrets) : { value: readJson(text), secrets }
}

function wrapped(text: string, secrets: readonly string[]): Reading {
  return { value: new Sensitive(text, secrets.length > 0), secrets }
}

/**
 * `null` is valid JSON text both inside a string literal and in the place of a value, so it can replace any
 * expression.
 */
function checkSource(source: string): void {
  const parts = parse(source)
  readJson(parts.map((part) => (part.kind === 'text' ? part.text : 'null')).join(''))
}

function readJson(text: string): unknown {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof AppError) throw error
    // The parser's message quotes the text, which may contain a value, so only the place is taken from it.
    const line =
      error instanceof SyntaxError ? /\(line (\d+) column \d+\)/.exec(error.message)?.[1] : undefined
    const advice = 'A template stands inside a string, or where a whole value stands.'
    const reason = `is not valid JSON. ${advice}`
    if (line === undefined) throw invalid(reason)
    const message = `is not valid JSON (line ${line}). ${advice}`
    throw new AppError('INVALID_FIELD', message, { at: { line: Number(line) }, reason })
  }
}
