import { BEGUN_MARK, LONGEST_MARK, MARK } from '../secret-mark.ts'
import type { Found } from './matcher.ts'

const BEGIN = '[secret'

interface Place {
  readonly start: number
  readonly end: number
}

/**
 * Marks that stand in a text already: of a secret that is known here, or the mask of `Sensitive`. Brackets
 * around any other word are no mark: a step could hide a value in them.
 *
 * @param from where those begin that matter.
 */
export function marksIn(text: string, knows: (name: string) => boolean, from = 0): Place[] {
  const places: Place[] = []
  if (text.indexOf(BEGIN, from) < 0) return places
  for (const match of text.slice(from).matchAll(MARK)) {
    const [whole, name] = match
    const start = from + match.index
    if (name === undefined || knows(name)) places.push({ start, end: start + whole.length })
  }
  return places
}

/** Where a mark begins that the end of the text cuts off; the end of the text if there is none. */
export function unfinishedMark(text: string): number {
  const from = Math.max(0, text.length - LONGEST_MARK)
  const match = BEGUN_MARK.exec(text.slice(from))
  return match === null ? text.length : from + match.index
}

/**
 * What to mask beside the marks of a text. A value such as `secret` inside a mark is no occurrence, or
 * redacting twice would change the text; what reaches out of a mark is one, and takes the mark with it.
 */
export function besideMarks(found: readonly Found[], marks: readonly Place[]): Found[] {
  const beside: Found[] = []
  let next = 0
  for (const it of found) {
    while (next < marks.length && (marks[next] as Place).end <= it.start) next++
    let { start, end } = it
    let inside = false
    for (let i = next; i < marks.length && (marks[i] as Place).start < it.end; i++) {
      const place = marks[i] as Place
      inside = place.start <= it.start && it.end <= place.end
      start = Math.min(start, place.start)
      end = Math.max(end, place.end)
    }
    if (!inside) beside.push({ start, end, label: it.label })
  }
  return beside
}
