import { AppError } from '../errors.ts'
import { isHeaderText } from '../media-type.ts'
import type { Evaluation } from './evaluation.ts'
import type { Part } from './part.ts'
import { shorten } from './shorten.ts'

/**
 * Renders the value of a header as RFC 9110 defines it, without surrounding white space. A line break in a value
 * would begin another header (or the body), so it is refused. So is every character that cannot be sent.
 *
 * @throws AppError INVALID_FIELD
 */
export function renderHeader(parts: readonly Part[], source: string, evaluation: Evaluation): string {
  const pieces: string[] = []
  parts.forEach((part, at) => {
    let piece = part.kind === 'text' ? part.text : evaluation.textOf(part.expression, source)
    if (at === 1 && repeatsBasic(pieces[0], part)) piece = piece.replace(/^Basic /, '')
    if (!isHeaderText(piece)) throw invalidHeader(part, source)
    pieces.push(piece)
  })
  return trimBlanks(pieces.join(''))
}

/** People write the scheme themselves although `basic` adds it. "Basic Basic" is never intended. */
function repeatsBasic(before: string | undefined, part: Part): boolean {
  if (part.kind === 'text' || part.expression.filters.at(-1)?.name !== 'basic') return false
  return /^[ \t]*basic +$/i.test(before ?? '')
}

/** A loop instead of a pattern: one anchored at the end would read a long run of blanks again from each blank. */
function trimBlanks(text: string): string {
  const isBlank = (at: number) => text[at] === ' ' || text[at] === '\t'
  let start = 0
  let end = text.length
  while (start < end && isBlank(start)) start += 1
  while (end > start && isBlank(end - 1)) end -= 1
  return text.slice(start, end)
}

function invalidHeader(part: Part, source: string): AppError {
  if (part.kind === 'text') {
    return new AppError(
      'INVALID_FIELD',
      'The text of this header has a line break or another character that a header cannot carry. Take it out.',
    )
  }
  const { path } = part.expression
  return new AppError(
    'INVALID_FIELD',
    `The value of ${shorten(source.slice(path.start, path.end))} has a line break or another character that a header ` +
      'cannot carry. If it stands at the end of the value, add | trim.',
  )
}
