import { ExactNumber } from '../../../../src/exact-json.ts'
import { piecesOf } from '../template/pieces.ts'

/**
 * The source text that means the same as a JSON structure of templates. A string that is one expression stands
 * for a value of any type, so it loses its quotes. Inside other strings an expression stays as it is written.
 */
export function jsonSource(value: unknown): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? value : write(value, '')
}

function write(value: unknown, indent: string): string {
  if (typeof value === 'string') return writeText(value)
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber)
    return JSON.stringify(value)
  const inner = `${indent}  `
  const lines = Array.isArray(value)
    ? value.map((item: unknown) => inner + write(item, inner))
    : Object.entries(value).map(([key, item]) => `${inner}${quoted(key)}: ${write(item, inner)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return lines.length === 0 ? `${open}${close}` : `${open}\n${lines.join(',\n')}\n${indent}${close}`
}

function writeText(text: string): string {
  const [first, ...more] = piecesOf(text)
  const isLone =
    first?.kind === 'expression' && more.length === 0 && first.start === 0 && first.end === text.length
  return isLone ? text : quoted(text)
}

function quoted(text: string): string {
  let written = ''
  let at = 0
  for (const { start, end } of piecesOf(text)) {
    written += literal(text.slice(at, start)) + text.slice(start, end)
    at = end
  }
  return `"${written}${literal(text.slice(at))}"`
}

/** `\{{` stands for the braces themselves, in JSON too. Its backslash belongs to the template and not to JSON. */
function literal(text: string): string {
  return text
    .split('\\{{')
    .map((it) => JSON.stringify(it).slice(1, -1))
    .join('\\{{')
}
