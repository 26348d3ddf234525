import { AppError } from '../../../../src/errors.ts'
import { type Expression, isPath, type Path, parse } from '../../../../src/template/index.ts'
import { keyText } from '../../../../src/template/variables.ts'

/** An expression in a text that somebody is still writing. `start` and `end` are positions in that text. */
export type Piece =
  | { kind: 'expression'; start: number; end: number; expression: Expression }
  /** Begins like an expression and is none. */
  | { kind: 'broken'; start: number; end: number; message: string }

/**
 * The expressions of a text, also of one that cannot be parsed as a whole. Unlike in `parse`, a mistake in one of
 * them does not affect the others.
 */
export function piecesOf(source: string): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  for (;;) {
    const open = source.indexOf('{{', at)
    if (open === -1) return pieces
    // `\{{` stands for the two braces themselves, as in src/template/parse.ts.
    if (open > at && source[open - 1] === '\\') at = open + 2
    else {
      const piece = pieceAt(source, open)
      pieces.push(piece)
      at = piece.end
    }
  }
}

function pieceAt(source: string, open: number): Piece {
  const next = source.indexOf('{{', open + 2)
  const limit = next === -1 ? source.length : next
  let message: string | undefined
  for (let close = closeAfter(source, open + 2); close !== -1; close = closeAfter(source, close)) {
    const read = readExpression(source.slice(open, close))
    if (typeof read === 'object')
      return { kind: 'expression', start: open, end: close, expression: shifted(read, open) }
    // A `}}` inside quoted text closes nothing, so that the next one may. The first message is the most helpful.
    message ??= read
    if (close > limit) break
  }
  const close = closeAfter(source, open + 2)
  const lineEnd = source.indexOf('\n', open)
  const end = Math.min(close === -1 ? source.length : close, limit, lineEnd === -1 ? source.length : lineEnd)
  message = close === -1 || close > limit ? String(readExpression(source.slice(open, end))) : message
  return { kind: 'broken', start: open, end: Math.max(end, open + 2), message: message ?? '' }
}

/** Where the next `}}` ends. */
function closeAfter(source: string, from: number): number {
  const at = source.indexOf('}}', from)
  return at === -1 ? -1 : at + 2
}

/** The one expression that the text is, or what is wrong with it. */
function readExpression(text: string): Expression | string {
  try {
    const [first, ...more] = parse(text)
    return first?.kind === 'expression' && more.length === 0 ? first.expression : 'This is no expression.'
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return error.reason
  }
}

function shifted({ path, filters }: Expression, by: number): Expression {
  const move = (it: Path): Path => ({ ...it, start: it.start + by, end: it.end + by })
  return {
    path: move(path),
    filters: filters.map(({ name, args, start, end }) => ({
      name,
      args: args.map((arg) => (isPath(arg) ? move(arg) : arg)),
      start: start + by,
      end: end + by,
    })),
  }
}

/** Every path in an expression, those in the arguments of its filters too. */
export function pathsIn({ path, filters }: Expression): Path[] {
  return [path, ...filters.flatMap(({ args }) => args.filter(isPath))]
}

export function usesSecret(expression: Expression): boolean {
  return pathsIn(expression).some(({ root }) => root === 'secrets')
}

/** The text of a chip: the name of the expression, as short as is clear. */
export function chipLabel({ path, filters }: Expression, source: string): string {
  const written = source.slice(path.start, path.end)
  const last = filters.at(-1)
  const applied = last === undefined ? '' : ` | ${source.slice(filters[0]?.start, last.end)}`
  return nameOfPath(path, written) + applied
}

function nameOfPath({ root, keys }: Path, written: string): string {
  if (root === 'secrets') return String(keys[0])
  if (root === 'trigger') return written
  // `steps.lookup.output.body` becomes `lookup.body`, because the rest is the same for every step.
  const rest = keys.slice(2).map((key) => keyText(key))
  return `${String(keys[0])}${rest.length > 0 ? rest.join('') : ' (output)'}`
}
