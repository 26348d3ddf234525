// The places of a text that are looked at are at most so far apart (characters).
const LONGEST_STRIDE = 16
// A gram is so many characters of a needle; short needles have short ones.
const GRAM = 8
const SHORT_GRAM = 4
const LONG_NEEDLE = 16
/** How many bits the table has for each gram, at least: of 30 places that hold none, one is taken for one by one bit. */
const BITS = 64
const SMALLEST_TABLE = 1024
const CASELESS = 0x20202020

/**
 * Tells of a text that none of many needles stands in it, by looking at few places of it: they are so near to each other
 * that every needle has a gram at one of them. It may say yes wrongly and never says no wrongly. Letters of both cases
 * count as the same.
 */
export class Screen {
  readonly #needles: string[] = []
  #indexed = 0
  #shortest = Number.POSITIVE_INFINITY
  #gram = GRAM
  #stride = LONGEST_STRIDE
  #table = new Uint32Array(SMALLEST_TABLE / 32)
  #shift = shiftOf(SMALLEST_TABLE)

  /** The needle has four characters or more. */
  add(needle: string): void {
    this.#needles.push(needle)
    this.#shortest = Math.min(this.#shortest, needle.length)
  }

  /** The length of the shortest needle; infinite for none. */
  get shortest(): number {
    return this.#shortest
  }

  /** How far before the place that {@link next} gives a needle may begin. */
  get reach(): number {
    return this.#stride - 1
  }

  /** The first place at or after `from` where a needle may stand, or one that the text cuts off; -1 for none. */
  next(codes: Uint16Array, from: number): number {
    if (this.#needles.length === 0) return -1
    if (this.#indexed < this.#needles.length) this.#index()
    const isLong = this.#gram === GRAM
    const last = codes.length - this.#gram
    const stride = this.#stride
    const table = this.#table
    const shift = this.#shift
    for (let at = Math.ceil(from / stride) * stride; at <= last; at += stride) {
      const begin = four(codes, at)
      const key = isLong ? joined(begin, four(codes, at + 4)) : begin
      const one = firstSlot(key) >>> shift
      if ((((table[one >>> 5] as number) >>> (one & 31)) & 1) === 0) continue
      const other = secondSlot(key) >>> shift
      if ((((table[other >>> 5] as number) >>> (other & 31)) & 1) === 1) return at
    }
    return -1
  }

  #index(): void {
    const gram = this.#shortest >= LONG_NEEDLE ? GRAM : SHORT_GRAM
    const stride = Math.min(LONGEST_STRIDE, this.#shortest - gram + 1)
    const isSame = gram === this.#gram && stride === this.#stride
    if (!isSame || this.#needles.length * stride * BITS > this.#table.length * 32) {
      this.#gram = gram
      this.#stride = stride
      this.#clear()
    }
    for (; this.#indexed < this.#needles.length; this.#indexed++) {
      this.#put(this.#needles[this.#indexed] as string)
    }
  }

  /** Makes room for twice what is there. */
  #clear(): void {
    let size = SMALLEST_TABLE
    while (size < this.#needles.length * this.#stride * BITS * 2) size *= 2
    this.#table = new Uint32Array(size / 32)
    this.#shift = shiftOf(size)
    this.#indexed = 0
  }

  /** The grams that begin at its first characters, as many as there are between two places. */
  #put(needle: string): void {
    const length = this.#stride + this.#gram - 1
    const codes = new Uint16Array(length)
    for (let at = 0; at < length; at++) codes[at] = needle.charCodeAt(at)
    for (let at = 0; at < this.#stride; at++) {
      const begin = four(codes, at)
      const key = this.#gram === GRAM ? joined(begin, four(codes, at + 4)) : begin
      this.#set(firstSlot(key) >>> this.#shift)
      this.#set(secondSlot(key) >>> this.#shift)
    }
  }

  #set(slot: number): void {
    this.#table[slot >>> 5] = (this.#table[slot >>> 5] as number) | (1 << (slot & 31))
  }
}

const shiftOf = (size: number): number => 32 - Math.log2(size)

/** Four characters, by the low eight bits of each. */
function four(codes: Uint16Array, at: number): number {
  const first = (((codes[at] as number) & 0xff) << 24) | (((codes[at + 1] as number) & 0xff) << 16)
  const second = (((codes[at + 2] as number) & 0xff) << 8) | ((codes[at + 3] as number) & 0xff)
  return first | second | CASELESS
}

const joined = (begin: number, end: number): number =>
  Math.imul(begin, 0x9e3779b1) ^ Math.imul(end, 0x85ebca6b)
const firstSlot = (key: number): number => Math.imul(key ^ (key >>> 15), 0x2c1b3c6d)
const secondSlot = (key: number): number => Math.imul(key ^ (key >>> 13), 0x297a2d39)
