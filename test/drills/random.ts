/** Numbers that look random and are the same for the same seed (mulberry32). */
export interface Random {
  /** At least 0, and less than 1. */
  next(): number
  /** A whole number, including both ends. */
  between(least: number, most: number): number
  pick<T>(weighted: readonly (readonly [weight: number, item: T])[]): T
  /** Another source, so that the numbers that one part of a drill takes do not change those of another part. */
  fork(): Random
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick(weighted) {
      let left = next() * weighted.reduce((sum, [weight]) => sum + weight, 0)
      for (const [weight, item] of weighted) {
        left -= weight
        if (left < 0) return item
      }
      throw new TypeError('there is nothing to pick from')
    },
    fork: () => createRandom(Math.floor(next() * 2 ** 32)),
  }
}
