import type { Sensitive } from '../sensitive.ts'
import { Codes } from './codes.ts'
import { type Forms, formsOf } from './forms.ts'
import { type Found, INDEXED, Matcher, mergeOverlaps } from './matcher.ts'
import { MOST_GROWTH, Reader } from './readings.ts'
import { Screen } from './screen.ts'
import { View } from './view.ts'

/** How often a text is looked at closely before it is searched: so often, and once more for so many characters. */
const LOOKS = 16
const LOOKED_AT_ONE_IN = 4096

export interface Search {
  /** Ascending, without overlaps. */
  readonly found: Found[]
  /** Everything before is settled: no text that may follow makes an occurrence that begins there. */
  readonly settled: number
  /** False when the text has more encodings than can be read: then any value may stand in it. */
  readonly isRead: boolean
}

interface Learned {
  readonly forms: Forms
  readonly label: string
  readonly owners: readonly number[]
}

interface Matchers {
  readonly plain: Matcher
  readonly cased: Matcher
  readonly caseless: Matcher
}

/** All values that were learned, and where any form of them occurs in a text. */
export class Knowledge {
  #matchers: Matchers | undefined
  readonly #screen = new Screen()
  /** What the matchers do not know yet: most texts hold nothing, which the screen tells without them. */
  #unmatched: Learned[] = []
  readonly #numbers = new Map<string, number>()
  readonly #names: string[] = []
  readonly #learned = new Map<string, Set<string>>()
  readonly #reader = new Reader()
  #hasLetters = false

  get isEmpty(): boolean {
    return this.#learned.size === 0
  }

  knows(name: string): boolean {
    return this.#numbers.has(name)
  }

  /** Whether a text has no room for any form of a value, however it is decoded. */
  isTooShort(text: string): boolean {
    return text.length * MOST_GROWTH < this.#screen.shortest
  }

  /** How many characters a text has at least that holds a form of a value. */
  get shortestRun(): number {
    return Math.floor(this.#screen.shortest / MOST_GROWTH)
  }

  /** Whether a form of a value has characters beyond ASCII. */
  get hasLetters(): boolean {
    return this.#hasLetters
  }

  /** @returns whether the value can be guessed. */
  learn(names: readonly string[], value: Sensitive, parts: boolean): boolean {
    const label = names[0]
    if (label === undefined) throw new TypeError('A value needs the name of a secret.')
    const learned = `${parts ? 'with' : 'without'} ${value.reveal()}`
    const known = this.#learned.get(learned) ?? new Set()
    const forms = formsOf(value, parts)
    if (names.every((name) => known.has(name))) return forms.isGuessable
    this.#learned.set(learned, new Set([...known, ...names]))
    this.#unmatched.push({ forms, label, owners: names.map((name) => this.#number(name)) })
    this.#hasLetters ||= /[^\0-\x7f]/.test(value.reveal())
    for (const form of forms.plain) this.#screen.add(form)
    for (const { text } of [...forms.cased, ...forms.caseless]) this.#screen.add(text)
    this.#reader.learn(forms)
    return forms.isGuessable
  }

  #number(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.#names.length)
    return this.#names.push(name) - 1
  }

  #matched(): Matchers {
    this.#matchers ??= {
      plain: new Matcher(),
      cased: new Matcher(),
      caseless: new Matcher({ caseless: true }),
    }
    const { plain, cased, caseless } = this.#matchers
    for (const { forms, label, owners } of this.#unmatched) {
      for (const form of forms.plain) plain.add(form, label, owners)
      for (const form of forms.cased) cased.add(form.text, label, owners, form)
      for (const form of forms.caseless) caseless.add(form.text, label, owners, form)
    }
    this.#unmatched = []
    return this.#matchers
  }

  /** `unsure`: how many characters at the end may mean something else once more text follows. */
  search(text: string, unsure: number, owners?: Set<number>): Search {
    const found: Found[] = []
    let settled = text.length
    const mayHoldIn = (codes: Uint16Array): boolean =>
      (unsure > 0 || codes.length >= this.#screen.shortest) && this.#mayHold(codes)
    const room = new Codes()
    const source = View.of(text, room)
    let known: boolean | undefined
    const sourceMayHold = (): boolean => {
      known ??= mayHoldIn(source.codes)
      return known
    }
    const scan = (view: View | undefined, kinds: readonly (keyof Matchers)[]): void => {
      if (view === undefined) return
      const { codes } = view
      const mayHold = view === source ? sourceMayHold() : mayHoldIn(codes)
      if (!mayHold && unsure === 0) return
      const tail = unsure === 0 ? codes.length : view.indexFrom(text.length - unsure)
      // Where nothing stands, only what may have begun at the end is to be found out.
      const from = mayHold ? 0 : Math.max(0, tail - INDEXED)
      const matchers = this.#matched()
      for (const kind of kinds) {
        const result = matchers[kind].scan(codes.subarray(from), tail - from, owners)
        for (const { start, end, label } of result.found) {
          found.push({ start: view.start(from + start), end: view.end(from + end), label })
        }
        if (unsure > 0) settled = Math.min(settled, settledBy(view, from + result.alive, unsure, text.length))
      }
    }
    const readings = this.#reader.read(source, sourceMayHold)
    for (const { view, joined, dump } of readings ?? []) {
      scan(view, ['plain', 'cased', 'caseless'])
      scan(joined, ['cased', 'caseless'])
      scan(dump, ['caseless'])
    }
    room.giveBack()
    if (readings === undefined) for (const number of this.#numbers.values()) owners?.add(number)
    return { found: mergeOverlaps(found), settled, isRead: readings !== undefined }
  }

  /** Whether the first {@link INDEXED} characters of a needle stand in a text, or all of a shorter one. It may say yes wrongly, and never says no wrongly. */
  #mayHold(codes: Uint16Array): boolean {
    const { reach } = this.#screen
    let left = LOOKS + codes.length / LOOKED_AT_ONE_IN
    for (let at = this.#screen.next(codes, 0); at >= 0; at = this.#screen.next(codes, at + 1)) {
      // A text of pieces of values takes less to be searched than to be looked at so often.
      if (left-- <= 0) return true
      const { plain, cased, caseless } = this.#matched()
      const start = Math.max(0, at - reach)
      if ([plain, cased, caseless].some((it) => it.touches(codes, start, at + INDEXED))) return true
    }
    return false
  }

  /** In the order of learning: the names of these numbers, and those that are `always` named. */
  names(owners: ReadonlySet<number>, always?: ReadonlySet<string>): string[] {
    return this.#names.filter((name, number) => owners.has(number) || always?.has(name))
  }
}

/** Before what an occurrence may begin with that more text completes. */
function settledBy(view: View, alive: number, unsure: number, end: number): number {
  if (alive >= view.text.length) return end
  // One character more: before base64 that is alive stands one with bits of the value. In a view of runs it
  // may stand far away, where another run ends.
  const before = view.start(Math.max(0, alive - 1))
  return Math.max(before, view.start(alive) - unsure)
}
