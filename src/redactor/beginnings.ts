/** How many first characters of a needle are looked at. No needle is shorter. */
const BEGINNING = 4

/** The last four characters of a text, by the low eight bits of each. */
function shifted(last: number, code: number): number {
  return (last << 8) | (code & 0xff)
}

/**
 * A set of needles' first characters that may say yes wrongly and never says no wrongly: most places of a
 * text are passed over with one look.
 */
export class Beginnings {
  #slots = new Uint8Array(1024)
  #shift = 22
  readonly #keys: number[] = []

  add(needle: string): void {
    let key = 0
    for (let i = 0; i < BEGINNING; i++) key = shifted(key, needle.charCodeAt(i))
    this.#keys.push(key)
    if (this.#keys.length * 32 > this.#slots.length && this.#shift > 8) this.#grow()
    this.#slots[slotOf(key, this.#shift)] = 1
  }

  /** The first place from `from` on where a needle may begin; too near the end, every place is one. */
  next(codes: Uint16Array, from: number): number {
    const last = codes.length - BEGINNING
    if (from > last) return from
    const slots = this.#slots
    const shift = this.#shift
    let key = 0
    for (let i = from; i < from + BEGINNING - 1; i++) key = shifted(key, codes[i] as number)
    for (let i = from; i <= last; i++) {
      key = shifted(key, codes[i + BEGINNING - 1] as number)
      if (slots[slotOf(key, shift)] === 1) return i
    }
    return last + 1
  }

  #grow(): void {
    this.#slots = new Uint8Array(this.#slots.length * 4)
    this.#shift -= 2
    for (const key of this.#keys) this.#slots[slotOf(key, this.#shift)] = 1
  }
}

function slotOf(key: number, shift: number): number {
  return Math.imul(key, 0x9e3779b1) >>> shift
}
