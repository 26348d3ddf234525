import { NONE } from './alphabets.ts'

/** What belongs to a row stands no farther from it: padding, and what a pattern looks at around it. */
const NEAR = 8

export interface Stretch {
  readonly start: number
  readonly end: number
}

/**
 * Where characters that stand for something are in a row, so many at least. Looks at one in so many characters, and
 * around it where it stands for something.
 */
export function rowsOf(
  codes: Uint16Array,
  values: Uint8Array,
  shortest: number,
  within: readonly Stretch[],
): Stretch[] {
  const found: Stretch[] = []
  for (const { start, end } of within) {
    for (let at = start + shortest - 1; at < end; at += shortest) {
      if (values[codes[at] as number] === NONE) continue
      let first = at
      while (first > start && first > at - shortest + 1 && values[codes[first - 1] as number] !== NONE)
        first--
      // The first character behind them; the next row begins after it.
      at++
      while (at < end && values[codes[at] as number] !== NONE) at++
      if (at - first >= shortest) found.push({ start: first, end: at })
    }
  }
  return found
}

/**
 * The same, but only near the tokens of a view, where its text is another than the one in which all of them were looked
 * for before.
 *
 * @param tokens as a view has them: four numbers for each, of which the first two are start and end in this text.
 */
export function rowsNear(
  codes: Uint16Array,
  values: Uint8Array,
  shortest: number,
  tokens: readonly number[],
): Stretch[] {
  const found: Stretch[] = []
  let done = 0
  for (let token = 0; token < tokens.length; token += 4) {
    let at = Math.max(done, (tokens[token] as number) - NEAR)
    while (at > done && values[codes[at - 1] as number] !== NONE) at--
    const most = Math.min(codes.length, (tokens[token + 1] as number) + NEAR)
    while (at < most) {
      const first = at
      while (at < codes.length && values[codes[at] as number] !== NONE) at++
      if (at - first >= shortest) found.push({ start: first, end: at })
      at++
    }
    done = at
  }
  return found
}
