import { type Alphabet, base32, base64, decoded, hex, NONE } from './alphabets.ts'
import { rowsOf, type Stretch } from './rows.ts'
import type { Run, View } from './view.ts'

const EQUALS = 61
const RETURN = 13

/** An encoding whose runs are decoded, wherever in a group they begin. */
interface Lane {
  readonly alphabet: Alphabet
  /** How many characters in a row must be able to hold ASCII; by chance they seldom are. */
  readonly shortest: number
  /** For each place in a group the bits that are zero where the bytes are ASCII; the highest, where a value stands. */
  readonly zero: readonly number[]
}

/** No lane has a shorter one. */
export const LANE_SHORTEST = 12
const base64Lane: Lane = {
  alphabet: base64,
  shortest: LANE_SHORTEST,
  zero: [128 | 32, 128 | 8, 128 | 2, 128],
}
const base32Lane: Lane = {
  alphabet: base32,
  shortest: 13,
  zero: [128 | 16, 128 | 2, 128, 128 | 8, 128 | 1, 128, 128 | 4, 128],
}
const hexLane: Lane = { alphabet: hex, shortest: LANE_SHORTEST, zero: [128 | 8, 128] }
/** So long a run is decoded from its beginning, whatever it holds. */
const LONG = 64

/** Lines of base64 are as long, or longer. */
const LINE = 8

/**
 * Views of what is encoded in a text in base64, base32 and hexadecimal digits, one for each place where a group may
 * begin. They hold the decoded runs alone, so that an ordinary text costs little more than to look for long words.
 *
 * @param bytes a run that holds fewer holds no value.
 */
export function decodedRuns(view: View, bytes: number): View[] {
  const runs = view.rows(base64.values, LANE_SHORTEST, Math.floor((bytes * 8) / base64.bits))
  if (runs.length === 0) return []
  return [base64Lane, base32Lane, hexLane].flatMap((lane) => decodedBy(view, lane, runs))
}

/** The same for hexadecimal digits alone. */
export function decodedHex(view: View): View[] {
  return decodedBy(view, hexLane, [{ start: 0, end: view.text.length }])
}

/** Whether a run of base64 may go on in the next line. */
export function mayBeWrapped({ text, codes }: View): boolean {
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    const end = codes[at - 1] === RETURN ? at - 1 : at
    let start = end
    while (start > 0 && end - start < LINE && base64.values[codes[start - 1] as number] !== NONE) start--
    if (end - start === LINE) return true
  }
  return false
}

function decodedBy(view: View, lane: Lane, within: readonly Stretch[]): View[] {
  const { codes } = view
  const { alphabet, zero } = lane
  const runs = runsOf(view, lane, within)
  if (runs.length === 0) return []
  const long = runs.filter((it) => it.end - it.start >= LONG)
  return zero.flatMap((_bits, origin) => {
    const whole = long.filter((it) => it.start % zero.length === origin)
    const ascii = stretches(codes, lane, origin, runs).filter((it) => !isIn(it, whole))
    if (whole.length + ascii.length === 0) return []
    const started = [...whole, ...ascii.map((it) => fromGroup(codes, lane, origin, it))]
    const found = started.sort((a, b) => a.start - b.start).map((it) => decodedRun(codes, alphabet, it))
    return [view.decodeRuns(found, alphabet.bits)]
  })
}

function runsOf({ codes }: View, { alphabet, shortest }: Lane, within: readonly Stretch[]): Stretch[] {
  return rowsOf(codes, alphabet.values, shortest, within)
}

/**
 * Where a lane's characters stand in a row, if groups began at `origin`. Looks at the last character first: a text
 * of short words is passed over in great steps.
 */
function stretches(codes: Uint16Array, lane: Lane, origin: number, within: readonly Stretch[]): Stretch[] {
  const { shortest, zero } = lane
  const { values } = lane.alphabet
  const last = zero.length - 1
  const found: Stretch[] = []
  for (const { start, end } of within) {
    for (let from = start; from + shortest <= end; ) {
      let at = from + shortest - 1
      while (at >= from && fits(values, codes[at] as number, zero[(at - origin) & last] as number)) at--
      if (at >= from) {
        from = at + 1
        continue
      }
      at = from + shortest
      while (at < end && fits(values, codes[at] as number, zero[(at - origin) & last] as number)) at++
      found.push({ start: from, end: at })
      from = at + 1
    }
  }
  return found
}

function fits(values: Uint8Array, code: number, zero: number): boolean {
  return ((values[code] as number) & zero) === 0
}

function isIn({ start, end }: Stretch, whole: readonly Stretch[]): boolean {
  let low = 0
  let high = whole.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((whole[middle] as Stretch).end < end) low = middle + 1
    else high = middle
  }
  return low < whole.length && (whole[low] as Stretch).start <= start
}

/** A byte is told by characters of its group alone: from where the group begins, or the next one does. */
function fromGroup(codes: Uint16Array, { alphabet, zero }: Lane, origin: number, it: Stretch): Stretch {
  const size = zero.length
  const over = (it.start - origin + size) % size
  const start = it.start - over
  const isWhole =
    start >= 0 && codes.subarray(start, it.start).every((code) => alphabet.values[code] !== 0xff)
  return { start: isWhole ? start : start + size, end: it.end }
}

/** With the padding after it. */
function decodedRun(codes: Uint16Array, alphabet: Alphabet, { start, end }: Stretch): Run {
  let padded = end
  while (padded - end < 6 && codes[padded] === EQUALS) padded++
  return { text: decoded(alphabet, codes, start, end), start, end: padded }
}
