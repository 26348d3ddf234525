import { type Alphabet, base32, base64, type Neighbour, noDigit, sharing } from './alphabets.ts'

/** A text to search for, with what has to stand next to it. */
export interface EncodedForm {
  readonly text: string
  readonly before?: Neighbour | undefined
  readonly after?: Neighbour | undefined
}

const BASE32_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz234567'

export function base64Forms(bytes: Buffer): EncodedForm[] {
  return aligned(base64, bytes).flatMap((it) => {
    const url = it.text.replaceAll('+', '-').replaceAll('/', '_')
    return url === it.text ? [it] : [it, { ...it, text: url }]
  })
}

/** In lower case: the text is searched so. */
export function base32Forms(bytes: Buffer): EncodedForm[] {
  return aligned(base32, bytes)
}

/** `[115,107,95]`, as `JSON.stringify` writes the bytes of a Buffer and `util.inspect` those of an array. */
export function byteLists(bytes: Buffer): EncodedForm[] {
  return [',', ', '].map((it) => ({ text: bytes.join(it), before: noDigit, after: noDigit }))
}

/**
 * The characters that hold bits of these bytes alone, for each place that the bytes can have in a group. The
 * character before and the one after hold bits of them as well, and have to agree: without them `key1` would be
 * found in `bottleTop`.
 */
function aligned(alphabet: Alphabet, bytes: Buffer): EncodedForm[] {
  const { bits, group } = alphabet
  const forms: EncodedForm[] = []
  for (let offset = 0; offset < (group * bits) / 8; offset++) {
    const start = Math.ceil((offset * 8) / bits) * bits - offset * 8
    const end = bytes.length * 8 - ((bytes.length * 8 - start) % bits)
    const over = bytes.length * 8 - end
    forms.push({
      text: written(alphabet, bytes, offset, start, end),
      before: start === 0 ? undefined : sharing(alphabet, 'before', start, bitsAt(bytes, 0, start)),
      after: over === 0 ? undefined : sharing(alphabet, 'after', over, bitsAt(bytes, end, over)),
    })
  }
  return forms
}

/** `offset`: how many bytes stand before these in their group. `start`, `end`: the bits that are written. */
function written(alphabet: Alphabet, bytes: Buffer, offset: number, start: number, end: number): string {
  if (alphabet === base64) {
    const first = (offset * 8 + start) / 6
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    return encoded.slice(first, first + (end - start) / 6)
  }
  let text = ''
  for (let at = start; at < end; at += 5) text += BASE32_CHARACTERS[bitsAt(bytes, at, 5)]
  return text
}

/** `count` bits, eight at most, from the bit `at` on. */
function bitsAt(bytes: Buffer, at: number, count: number): number {
  const first = at >> 3
  const two = ((bytes[first] ?? 0) << 8) | (bytes[first + 1] ?? 0)
  return (two >> (16 - (at & 7) - count)) & ((1 << count) - 1)
}
