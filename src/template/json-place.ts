import { AppError } from '../errors.ts'
import type { Evaluation } from './evaluation.ts'
import type { Part } from './part.ts'
import { textOf } from './plain-data.ts'

/**
 * Renders JSON text. Inside a string literal a value is escaped. Elsewhere it is written as JSON, so no value can
 * end its literal or add a key. After the filter `json` the value is JSON already.
 *
 * @throws AppError INVALID_FIELD when the result is not JSON
 */
export function renderJson(parts: readonly Part[], source: string, evaluation: Evaluation): string {
  const pieces: string[] = []
  const literal = new LiteralTracker()
  for (const part of parts) {
    let piece: string
    if (part.kind === 'text') {
      piece = part.text
      literal.read(piece)
    } else {
      const isJson = part.expression.filters.at(-1)?.name === 'json'
      piece = evaluation.textOf(part.expression, source, (value) => {
        if (literal.isOpen) return JSON.stringify(textOf(value)).slice(1, -1)
        return isJson ? textOf(value) : JSON.stringify(value)
      })
    }
    pieces.push(piece)
  }
  const text = pieces.join('')
  checkJson(text)
  return text
}

/** Knows whether the text read so far ends inside a string literal. Values never change that. */
class LiteralTracker {
  #state: 'outside' | 'inside' | 'escape' = 'outside'

  get isOpen(): boolean {
    return this.#state !== 'outside'
  }

  read(text: string): void {
    for (const character of text) {
      if (this.#state === 'escape') this.#state = 'inside'
      else if (character === '"') this.#state = this.#state === 'inside' ? 'outside' : 'inside'
      else if (character === '\\' && this.#state === 'inside') this.#state = 'escape'
    }
  }
}

function checkJson(text: string): void {
  try {
    JSON.parse(text)
  } catch {
    // The error of JSON.parse quotes the text, and so the values. It must not be passed on, even as a cause.
    throw new AppError(
      'INVALID_FIELD',
      'The text is not JSON once the values are in it. Check its quotes, commas and brackets; ' +
        'a value needs quotes around it only where it is a part of a longer text.',
    )
  }
}
