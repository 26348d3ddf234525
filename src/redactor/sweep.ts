import { LONGEST_MARK, mark } from '../secret-mark.ts'
import type { Knowledge, Search } from './knowledge.ts'
import { besideMarks, marksIn, unfinishedMark } from './marks.ts'
import { type Found, mergeOverlaps } from './matcher.ts'

/** The longest escape, and what is kept before a cut so that escapes after it are read as they were. */
const ESCAPE = 64
/** Below this many held characters each chunk is searched at once; above, when enough has come. */
const EAGER = 4096
/** The beginning of an escape that ends a value, and the character behind the value that it takes with it. */
const ESCAPE_OVER_END = /(?:\\[^\\\s]{0,10}|%[0-9a-f]?|&[#\w]{0,32}|'[^']{0,3}).$|=[0-9a-f]?[0-9a-f\r\n]$/is
/** The longest part of an escape that ends a value: of `&CounterClockwiseContourIntegral;`, the longest of HTML. */
const ESCAPE_IN_VALUE = 33
/** How often a text is read behind values that were masked. Only a text made for it has more. */
const ROUNDS = 8
/** In the place of a text with more encodings than can be read. */
const UNREAD = '[hidden: too many encodings to search]'

/** Redacts a text that comes in pieces, and keeps only what may still become part of an occurrence. */
export class Sweep {
  readonly #knowledge: Knowledge
  #buffer = ''
  /** Where the buffer begins in the whole text. */
  #start = 0
  #found = false
  #isHidden: boolean = false
  /** Up to here the buffer was given out; it is kept as context. */
  #done = 0
  /** Up to here the mark given out last stands for the buffer. */
  #covered = 0
  #held = 0
  /** What was masked in the context. */
  #masked: readonly Found[] = []
  readonly #owners: Set<number> | undefined

  /** `owners` collects the numbers of the secrets that occur. */
  constructor(knowledge: Knowledge, owners?: Set<number>) {
    this.#knowledge = knowledge
    this.#owners = owners
  }

  /** What can be given out now; everything once `last`. */
  push(piece: string, last: boolean): string {
    if (!this.#isHidden) this.#buffer += piece
    return this.#next(last)
  }

  /** The same for a text that is there as a whole, up to `end`; without copies of its pieces. */
  pushUpTo(text: string, end: number): string {
    if (!this.#isHidden) this.#buffer = text.slice(this.#start, end)
    return this.#next(end === text.length)
  }

  /** Whether anything was masked. */
  get found(): boolean {
    return this.#found
  }

  #next(last: boolean): string {
    if (this.#isHidden) return ''
    if (last) return this.#advance(0)
    // Small pieces after a long beginning of a value would otherwise search that beginning again and again.
    if (this.#held > EAGER && this.#buffer.length < this.#held * 1.5) return ''
    return this.#advance(ESCAPE)
  }

  #advance(unsure: number): string {
    const { found, settled, isRead } = this.#search(unsure)
    if (!isRead) return this.#hide()
    let cut = unsure > 0 ? Math.min(settled, unfinishedMark(this.#buffer)) : this.#buffer.length
    // Where nothing was found, only a mark over the cut matters.
    const from = found.length > 0 ? 0 : Math.max(0, cut - LONGEST_MARK)
    const marks = marksIn(this.#buffer, (name) => this.#knowledge.knows(name), from)
    if (unsure > 0) {
      // A mark is given out whole, or its second half would be searched as text.
      for (const place of marks) if (place.start < cut && cut < place.end) cut = place.start
      cut = Math.max(cut, this.#done)
    }
    const masked = mergeOverlaps(besideMarks(found, marks))
    const output = this.#render(masked, cut)
    this.#keepFrom(cut, masked)
    return output
  }

  /**
   * What stands behind a value is read once more without it: a value that ends with a backslash would hide the one behind
   * it, whose first character then reads as part of an escape.
   */
  #search(unsure: number): Search {
    let text = this.#buffer
    const result = this.#knowledge.search(text, unsure, this.#owners)
    let { found, settled, isRead } = result
    let last: readonly Found[] = mergeOverlaps([...this.#masked, ...found])
    for (let round = 1; last.some((it) => hidesNext(text, it)); round++) {
      text = withoutValues(text, last)
      const next = this.#knowledge.search(text, unsure, this.#owners)
      isRead &&= next.isRead && round < ROUNDS
      if (!isRead) break
      last = next.found
      found = [...found, ...last]
      settled = Math.min(settled, next.settled)
    }
    return { found: mergeOverlaps(found), settled, isRead }
  }

  /** All that follows as well: a value that begins here may end there. */
  #hide(): string {
    this.#isHidden = true
    this.#found = true
    this.#buffer = ''
    return UNREAD
  }

  #render(found: readonly Found[], cut: number): string {
    const pieces: string[] = []
    for (const it of found) {
      if (it.end <= this.#done) continue
      if (it.start >= cut) break
      const start = Math.max(it.start, this.#done)
      // Without this test a long run of overlapping values would show one mark for each piece of the text.
      if (start >= this.#covered) pieces.push(this.#buffer.slice(this.#covered, start), mark(it.label))
      this.#covered = Math.max(this.#covered, it.end)
      this.#found = true
    }
    if (this.#covered < cut) pieces.push(this.#buffer.slice(this.#covered, cut))
    return pieces.join('')
  }

  #keepFrom(cut: number, masked: readonly Found[]): void {
    const from = Math.max(0, cut - ESCAPE)
    const kept = masked.filter((it) => it.start < cut && it.end > from)
    this.#masked = kept.map((it) => ({ ...it, start: Math.max(0, it.start - from), end: it.end - from }))
    this.#buffer = this.#buffer.slice(from)
    this.#start += from
    this.#done = cut - from
    this.#covered = Math.max(this.#covered - from, this.#done)
    this.#held = this.#buffer.length
  }
}

const hidesNext = (text: string, { start, end }: Found): boolean =>
  end < text.length && ESCAPE_OVER_END.test(text.slice(Math.max(start, end - ESCAPE_IN_VALUE), end + 1))

/** Everything else stays in its place. A zero is part of no encoding. */
function withoutValues(text: string, found: readonly Found[]): string {
  const pieces: string[] = []
  let done = 0
  for (const { start, end } of found) {
    pieces.push(text.slice(done, start), '\0'.repeat(end - start))
    done = end
  }
  return pieces.join('') + text.slice(done)
}
