import { LONGEST_MARK, mark } from '../secret-mark.ts'
import type { Knowledge } from './knowledge.ts'
import { besideMarks, marksIn, unfinishedMark } from './marks.ts'
import { type Found, mergeOverlaps } from './matcher.ts'

/** The longest escape, and what is kept before a cut so that escapes after it are read as they were. */
const ESCAPE = 64
/** Below this many held characters each chunk is searched at once; above, when enough has come. */
const EAGER = 4096
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
    const { found, settled, isRead } = this.#knowledge.search(this.#buffer, unsure, this.#owners)
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
    const output = this.#render(mergeOverlaps(besideMarks(found, marks)), cut)
    this.#keepFrom(cut)
    return output
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

  #keepFrom(cut: number): void {
    const from = Math.max(0, cut - ESCAPE)
    this.#buffer = this.#buffer.slice(from)
    this.#start += from
    this.#done = cut - from
    this.#covered = Math.max(this.#covered - from, this.#done)
    this.#held = this.#buffer.length
  }
}
