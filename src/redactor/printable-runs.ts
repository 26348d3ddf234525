/** Is part of no form of a value, and of no escape. */
const BLANK = 0xff
/** A longer row of zeros ends a run: no encoding of a character has one. */
const MOST_ZEROS = 3
/** Of each byte: whether it is a printable character of ASCII or a white space (1), a zero (2), or anything else (0). */
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d) ? 1 : byte === 0 ? 2 : 0,
)

/**
 * Leaves of binary data what a value could stand in. Every form of a value is text, so that it stands in a run of printable
 * characters, between which there may be zeros (UTF-16, UTF-32). In compressed or encrypted data nearly all runs are too
 * short. Each of them would be read as the beginning of an escape, which takes a hundred times longer.
 */
export class PrintableRuns {
  readonly #least: number
  /** The run at the end of what came, while it is too short to count. */
  #open = new Uint8Array()
  /** How many characters of the run at the end were given out, so that what follows belongs to it. */
  #given = 0

  /** @param least how many characters the run of a value has at least. */
  constructor(least: number) {
    this.#least = least
  }

  /** The runs of a piece, with a blank behind each. A short one at its end is held back: what comes next may belong to it. */
  push(piece: Uint8Array): Uint8Array {
    const bytes = this.#open.length > 0 ? Buffer.concat([this.#open, piece]) : piece
    const out = new Uint8Array(bytes.length + 1)
    let length = 0
    let start = 0
    let characters = this.#given
    let zeros = 0
    for (let at = 0; at <= bytes.length; at++) {
      const kind = at < bytes.length ? KINDS[bytes[at] as number] : 0
      if (kind === 1) characters++
      zeros = kind === 2 ? zeros + 1 : 0
      if (kind === 1 || (kind === 2 && zeros <= MOST_ZEROS)) continue
      const isWhole = at < bytes.length
      if (characters >= this.#least) {
        out.set(bytes.subarray(start, at), length)
        length += at - start
        if (isWhole) out[length++] = BLANK
      } else if (!isWhole) {
        this.#open = bytes.slice(start, at)
        this.#given = 0
        return out.subarray(0, length)
      }
      if (!isWhole) break
      characters = 0
      start = at + 1
    }
    this.#open = new Uint8Array()
    this.#given = characters
    return out.subarray(0, length)
  }
}
