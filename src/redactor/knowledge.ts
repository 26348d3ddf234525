import {
  backslash,
  type Decoder,
  form as decodeForm,
  entity,
  joinDump,
  joinLines,
  percent,
  percentBytes,
  percentInPercent,
  quotedPrintable,
  shellQuote,
  unfold,
  zeros,
} from './decoders.ts'
import { dumpLines } from './dump-lines.ts'
import { formsOf } from './forms.ts'
import { decodedHex, decodedRuns, mayBeWrapped } from './lanes.ts'
import { type Found, Matcher, mergeOverlaps } from './matcher.ts'
import { View } from './view.ts'

/** Escapes inside escapes inside escapes: percent-encoded JSON in JSON, for example. */
const NESTED = 3
/** Enough for every pair of decodings; they bound the time for a text made of escapes that decode to others. */
const VIEWS_AT_MOST = 256
const LENGTHS_AT_MOST = 32
/** A short text has room for many views. */
const LINE = 1024

interface Search {
  /** Ascending, without overlaps. */
  readonly found: Found[]
  /** Everything before is settled: no text that may follow makes an occurrence that begins there. */
  readonly settled: number
}

/** A view, and what it is without the line breaks and the signs between the digits of an encoding. */
interface Reading {
  readonly view: View
  readonly joined: View | undefined
  readonly dump: View | undefined
}

/** All values that were learned, and where any form of them occurs in a text. */
export class Knowledge {
  readonly #plain = new Matcher()
  readonly #cased = new Matcher()
  readonly #caseless = new Matcher({ caseless: true })
  readonly #numbers = new Map<string, number>()
  readonly #names: string[] = []
  readonly #learned = new Map<string, Set<string>>()
  /** Those that can matter to a value that was learned; the order is that of the search. */
  readonly #decoders = new Set<Decoder>([
    ...[percent, backslash, entity],
    ...[percentInPercent, quotedPrintable, zeros, dumpLines],
  ])

  get isEmpty(): boolean {
    return this.#learned.size === 0
  }

  knows(name: string): boolean {
    return this.#numbers.has(name)
  }

  learn(names: readonly string[], value: string, parts: boolean): void {
    const label = names[0]
    if (label === undefined) throw new TypeError('A value needs the name of a secret.')
    const learned = `${parts ? 'with' : 'without'} ${value}`
    const known = this.#learned.get(learned) ?? new Set()
    if (names.every((name) => known.has(name))) return
    this.#learned.set(learned, new Set([...known, ...names]))
    const owners = names.map((name) => this.#number(name))
    const forms = formsOf(value, parts)
    for (const form of forms.plain) {
      this.#plain.add(form, label, owners)
      if (form.includes(' ')) this.#decoders.add(decodeForm).add(unfold)
      if (form.includes("'")) this.#decoders.add(shellQuote)
      if (/[\u0080-\uffff]/.test(form)) this.#decoders.add(percentBytes)
    }
    for (const form of forms.cased) this.#cased.add(form.text, label, owners, form)
    for (const form of forms.caseless) this.#caseless.add(form.text, label, owners, form)
  }

  #number(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.#names.length)
    return this.#names.push(name) - 1
  }

  /** `unsure`: how many characters at the end may mean something else once more text follows. */
  search(text: string, unsure: number, owners?: Set<number>): Search {
    const found: Found[] = []
    let settled = text.length
    const scan = (matcher: Matcher, view: View | undefined): void => {
      if (view === undefined) return
      const tail = unsure === 0 ? view.text.length : view.indexFrom(text.length - unsure)
      const result = matcher.scan(view.codes, tail, owners)
      for (const it of result.found) {
        found.push({ start: view.start(it.start), end: view.end(it.end), label: it.label })
      }
      if (unsure > 0 && result.alive < view.text.length) {
        // One character more: before base64 that is alive stands one with bits of the value. In a view of runs it
        // may stand far away, where another run ends.
        const before = view.start(Math.max(0, result.alive - 1))
        settled = Math.min(settled, Math.max(before, view.start(result.alive) - unsure))
      }
    }
    for (const { view, joined, dump } of this.#readings(View.of(text))) {
      scan(this.#plain, view)
      for (const it of [view, joined]) {
        scan(this.#cased, it)
        scan(this.#caseless, it)
      }
      scan(this.#caseless, dump)
    }
    return { found: mergeOverlaps(found), settled }
  }

  /** In the order of learning: the names of these numbers, and those that are `always` named. */
  names(owners: ReadonlySet<number>, always?: ReadonlySet<string>): string[] {
    return this.#names.filter((name, number) => owners.has(number) || always?.has(name))
  }

  /** The text as it stands and behind up to three decodings, in every order that makes a difference. */
  #readings(source: View): Reading[] {
    const readings = [readingOf(source)]
    const seen = new Set([source.text])
    let left = Math.max(source.text.length, LINE) * LENGTHS_AT_MOST
    let outer = readings
    for (let depth = 0; depth < NESTED; depth++) {
      const inner: Reading[] = []
      for (const view of outer.flatMap((it) => this.#decoded(it))) {
        if (readings.length >= VIEWS_AT_MOST || left < view.text.length || seen.has(view.text)) continue
        seen.add(view.text)
        left -= view.text.length
        const reading = readingOf(view)
        inner.push(reading)
        readings.push(reading)
      }
      outer = inner
    }
    return readings
  }

  #decoded({ view, joined, dump }: Reading): View[] {
    const escapes = [...this.#decoders].map((decode) => decode(view)).filter((it) => it !== undefined)
    const encoded = decodedRuns(view)
    if (joined !== undefined && mayBeWrapped(view)) encoded.push(...decodedRuns(joined))
    if (dump !== undefined) encoded.push(...decodedHex(dump))
    return [...escapes, ...encoded]
  }
}

function readingOf(view: View): Reading {
  return { view, joined: joinLines(view), dump: joinDump(view) }
}
