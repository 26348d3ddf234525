import {
  backslash,
  type Decoder,
  form as decodeForm,
  entity,
  percent,
  percentBytes,
  percentInPercent,
  quotedPrintable,
  shellQuote,
  unfold,
  zeros,
} from './decoders.ts'
import { dumpLines } from './dump-lines.ts'
import type { Forms } from './forms.ts'
import { joinDump, joinLines } from './joins.ts'
import { decodedHex, decodedRuns, mayBeWrapped } from './lanes.ts'
import { holdsOffset, separates } from './separators.ts'
import type { View } from './view.ts'

/** Escapes inside escapes inside escapes: percent-encoded JSON in JSON, for example. */
const NESTED = 3
/** How many characters of views are read of each kind for one of the text. Mail with attachments takes half of it. */
const LENGTHS_AT_MOST = { escapes: 96, runs: 128, twins: 16 }
/** No decoding makes a text longer than its bytes in UTF-8. */
export const MOST_GROWTH = 3
/** What a view costs beside its characters. */
const VIEW = 256
const LINE_BREAK = /[\n\r\u2028\u2029]/
/** A short text has room for many views. */
const LINE = 1024

/** A view, and what it is without the line breaks and the signs between the digits of an encoding. */
interface Reading {
  readonly view: View
  readonly joined: View | undefined
  readonly dump: View | undefined
}

/** Reads a text behind its encodings. */
export class Reader {
  /** Those that can matter to a value; the order is that of the search. */
  readonly #decoders = new Set<Decoder>([
    ...[percent, backslash, entity],
    ...[percentInPercent, quotedPrintable, zeros, dumpLines],
  ])
  /** The length of the shortest needle, and of the shortest that is found in either case. */
  #shortest = Number.POSITIVE_INFINITY
  #shortestCaseless = Number.POSITIVE_INFINITY
  /** 1 for each ASCII code that a needle has. The encoded forms have none that is part of no encoding. */
  readonly #inNeedle = new Uint8Array(128)

  learn({ plain, cased, caseless }: Forms): void {
    for (const form of plain) {
      for (let at = 0; at < form.length; at++) this.#inNeedle[form.charCodeAt(at)] = 1
      if (form.includes(' ')) this.#decoders.add(decodeForm).add(unfold)
      if (form.includes("'")) this.#decoders.add(shellQuote)
      if (/[\u0080-\uffff]/.test(form)) this.#decoders.add(percentBytes)
    }
    const shortest = (forms: Iterable<string>): number => Math.min(...[...forms].map((it) => it.length))
    this.#shortestCaseless = Math.min(this.#shortestCaseless, shortest(caseless.map((it) => it.text)))
    this.#shortest = Math.min(
      this.#shortest,
      this.#shortestCaseless,
      shortest(plain),
      shortest(cased.map((it) => it.text)),
    )
  }

  /**
   * The text as it stands and behind up to three decodings, in every order that makes a difference.
   *
   * Three kinds of views have a budget each, so that a text which is rich in one keeps nothing of another from being
   * read: escapes of the text; runs of base64 or digits, with all that is behind them; and twins, which read like a view
   * before them but came from other places, and so hold its occurrences a second time.
   *
   * @returns `undefined` when there are more. A service could write a value behind so many others that only those were
   * read, so a part of the readings says nothing.
   *
   * @param mayHold whether a needle may begin in the source. It never says no wrongly.
   */
  read(source: View, mayHold: () => boolean): Reading[] | undefined {
    const first = this.#reading(source)
    const readings = [first]
    const budget = new Budget(source)
    let views = this.#decoded(first)
    if (this.#isPlain(first, views) && !mayHold()) return readings
    for (let depth = 1; ; depth++) {
      const inner: Reading[] = []
      for (const view of views) {
        if (budget.takes(view)) inner.push(this.#reading(view))
        if (budget.isUsedUp) return
      }
      readings.push(...inner)
      if (depth === NESTED) return readings
      views = inner.flatMap((it) => this.#decoded(it))
    }
  }

  /**
   * Whether nothing can stand behind the views, or in them, that does not stand in the text itself: all are of escapes, and
   * each of these stands for a sign that separates. Most JSON has no others.
   */
  #isPlain({ view, joined, dump }: Reading, views: readonly View[]): boolean {
    // Letters beyond ASCII are read in several ways.
    if (joined !== undefined || dump !== undefined || this.#decoders.has(percentBytes)) return false
    const escapes = views.map((it) => it.replaced)
    if (!escapes.every((it) => it !== undefined)) return false
    const { text, codes } = view
    const holdsBreaks = LINE_BREAK.test(text)
    return (
      // What one brings may stand next to what another brings.
      escapes.filter((it) => it.replacements.some((by) => LINE_BREAK.test(by))).length <= 1 &&
      escapes.every((it) => separates(it, codes, { inNeedle: this.#inNeedle, holdsBreaks })) &&
      !holdsOffset(codes, escapes)
    )
  }

  #decoded({ view, joined, dump }: Reading): View[] {
    const escapes = [...this.#decoders].map((decode) => decode(view)).filter((it) => it !== undefined)
    const bytes = this.#leastBytes
    const encoded = decodedRuns(view, bytes)
    if (joined !== undefined && mayBeWrapped(view)) encoded.push(...decodedRuns(joined, bytes))
    if (dump !== undefined) encoded.push(...decodedHex(dump))
    return [...escapes, ...encoded]
  }

  #reading(view: View): Reading {
    return {
      view,
      joined: joinLines(view, this.#shortest),
      dump: joinDump(view, this.#shortestCaseless, this.#leastBytes),
    }
  }

  /** What a run has to hold for a needle to be in it. No decoding makes a text longer, but for the UTF-8 bytes of letters. */
  get #leastBytes(): number {
    return this.#decoders.has(percentBytes) ? Math.floor(this.#shortest / MOST_GROWTH) : this.#shortest
  }
}

/** What of a text may still be read, and what was. */
class Budget {
  readonly #left: Record<keyof typeof LENGTHS_AT_MOST, number>
  readonly #read: Map<string, View[]>
  isUsedUp: boolean = false

  constructor(source: View) {
    const length = Math.max(source.text.length, LINE)
    const { escapes, runs, twins } = LENGTHS_AT_MOST
    this.#left = { escapes: escapes * length, runs: runs * length, twins: twins * length }
    this.#read = new Map([[source.text, [source]]])
  }

  /** Whether the view is to be read: not if one like it was. */
  takes(view: View): boolean {
    const { text } = view
    const same = this.#read.get(text)
    if (same?.some((it) => it.isLike(view))) return false
    const kind = same ? 'twins' : view.isOfRuns ? 'runs' : 'escapes'
    this.#left[kind] -= text.length + VIEW
    this.isUsedUp ||= this.#left[kind] < 0
    this.#read.set(text, [...(same ?? []), view])
    return true
  }
}
