import {
  backslash,
  type Decoder,
  form as decodeForm,
  entity,
  joinDump,
  joinLines,
  percent,
  percentBytes,
  shellQuote,
  unfold,
} from './decoders.ts'
import { formsOf } from './forms.ts'
import { type Found, Matcher, mergeOverlaps } from './matcher.ts'
import { View } from './view.ts'

/** Escapes inside escapes inside escapes: percent-encoded JSON in JSON, for example. */
const NESTED = 3
/** Enough for every pair of decodings; bounds the time for a text made of escapes that decode to others. */
const VIEWS_AT_MOST = 48

interface Search {
  /** Ascending, without overlaps. */
  readonly found: Found[]
  /** Everything before is settled: no text that may follow makes an occurrence that begins there. */
  readonly settled: number
}

/** All values that were learned, and where any form of them occurs in a text. */
export class Knowledge {
  readonly #plain = new Matcher()
  readonly #base64 = new Matcher()
  readonly #hex = new Matcher({ caseless: true })
  readonly #numbers = new Map<string, number>()
  readonly #names: string[] = []
  readonly #learned = new Map<string, Set<string>>()
  /** Those that can matter to a value that was learned; the order is that of the search. */
  readonly #decoders = new Set<Decoder>([percent, backslash, entity])

  get isEmpty(): boolean {
    return this.#learned.size === 0
  }

  knows(name: string): boolean {
    return this.#numbers.has(name)
  }

  learn(names: readonly string[], value: string): void {
    const label = names[0]
    if (label === undefined) throw new TypeError('A value needs the name of a secret.')
    const known = this.#learned.get(value) ?? new Set()
    if (names.every((name) => known.has(name))) return
    this.#learned.set(value, new Set([...known, ...names]))
    const owners = names.map((name) => this.#number(name))
    const forms = formsOf(value)
    for (const form of forms.plain) {
      this.#plain.add(form, label, owners)
      if (form.includes(' ')) this.#decoders.add(decodeForm).add(unfold)
      if (form.includes("'")) this.#decoders.add(shellQuote)
      if (/[\u0080-\uffff]/.test(form)) this.#decoders.add(percentBytes)
    }
    for (const form of forms.base64) this.#base64.add(form.text, label, owners, form)
    for (const form of forms.hex) this.#hex.add(form, label, owners)
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
      const result = matcher.scan(view.text, tail, owners)
      for (const it of result.found) {
        found.push({ start: view.start(it.start), end: view.end(it.end), label: it.label })
      }
      // One character more: before base64 that is alive stands one with bits of the value.
      if (unsure > 0) settled = Math.min(settled, view.start(Math.max(0, result.alive - 1)))
    }
    for (const view of this.#views(View.of(text))) {
      scan(this.#plain, view)
      for (const it of [view, joinLines(view)]) {
        scan(this.#base64, it)
        scan(this.#hex, it)
      }
      scan(this.#hex, joinDump(view))
    }
    return { found: mergeOverlaps(found), settled }
  }

  names(owners: ReadonlySet<number>): string[] {
    return this.#names.filter((_name, number) => owners.has(number))
  }

  /** The text as it stands and behind up to three decodings, in every order that makes a difference. */
  #views(source: View): View[] {
    const views = [source]
    const seen = new Set([source.text])
    let outer = [source]
    for (let depth = 0; depth < NESTED; depth++) {
      const inner: View[] = []
      for (const view of outer.flatMap((it) => this.#decoded(it))) {
        if (views.length >= VIEWS_AT_MOST || seen.has(view.text)) continue
        seen.add(view.text)
        inner.push(view)
        views.push(view)
      }
      outer = inner
    }
    return views
  }

  #decoded(view: View): View[] {
    return [...this.#decoders].map((decode) => decode(view)).filter((it) => it !== undefined)
  }
}
