const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
/** In the place of what a character stands for, where it stands for nothing. */
export const NONE = 0xff

/** An encoding that writes some bits of a text of bytes with each character. */
export interface Alphabet {
  readonly bits: 4 | 5 | 6
  /** What a character stands for by its code (all 65,536 of them), 255 for none. */
  readonly values: Uint8Array
  /** How many characters hold whole bytes together. */
  readonly group: number
}

function alphabet(bits: Alphabet['bits'], group: number, ...spellings: string[]): Alphabet {
  const values = new Uint8Array(0x10000).fill(NONE)
  for (const characters of spellings) {
    for (let i = 0; i < characters.length; i++) values[characters.charCodeAt(i)] = i
  }
  return { bits, values, group }
}

/** RFC 4648, section 4 and 5. */
export const base64 = alphabet(
  6,
  4,
  `${LETTERS}${LETTERS.toLowerCase()}0123456789+/`,
  `${LETTERS}${LETTERS.toLowerCase()}0123456789-_`,
)
/** RFC 4648, section 6, in either case. */
export const base32 = alphabet(5, 8, `${LETTERS}234567`, `${LETTERS.toLowerCase()}234567`)
export const hex = alphabet(4, 2, '0123456789ABCDEF', '0123456789abcdef')

/** What stands right before or after a form in a text, and has to be right for the form to be one. */
export interface Neighbour {
  /** 1 for each ASCII code that may stand there. */
  readonly allowed: Uint8Array
  /** Whether the end of the text, or a character beyond ASCII, may stand there. */
  readonly other: boolean
  /** Whether it holds bits of the value and is masked with it. */
  readonly belongs: boolean
}

const known = new Map<string, Neighbour>()

/** A character whose first (`after`) or last (`before`) bits are those of the value. */
export function sharing(of: Alphabet, side: 'before' | 'after', width: number, bits: number): Neighbour {
  const key = `${of.bits} ${side} ${width} ${bits}`
  const before = known.get(key)
  if (before !== undefined) return before
  const allowed = of.values.subarray(0, 128).map((value) => {
    const shared = side === 'before' ? value & ((1 << width) - 1) : value >> (of.bits - width)
    return value !== NONE && shared === bits ? 1 : 0
  })
  const neighbour: Neighbour = { allowed, other: false, belongs: true }
  known.set(key, neighbour)
  return neighbour
}

/** No digit, so that `52` is not found in `152`. */
export const noDigit: Neighbour = {
  allowed: new Uint8Array(128).fill(1).fill(0, 48, 58),
  other: true,
  belongs: false,
}

export function mayStand(neighbour: Neighbour | undefined, code: number): boolean {
  if (neighbour === undefined) return true
  return code < 128 ? neighbour.allowed[code] === 1 : neighbour.other
}

/** The bytes that the characters from `start` to `end` hold, a character each; bits left over are dropped. */
export function decoded({ bits, values }: Alphabet, codes: Uint16Array, start: number, end: number): string {
  const bytes = Buffer.allocUnsafe(Math.floor(((end - start) * bits) / 8))
  let held = 0
  let count = 0
  let length = 0
  for (let i = start; i < end; i++) {
    held = ((held << bits) | (values[codes[i] as number] as number)) & 0xffff
    count += bits
    if (count < 8) continue
    count -= 8
    bytes[length++] = held >> count
  }
  return bytes.toString('latin1')
}
