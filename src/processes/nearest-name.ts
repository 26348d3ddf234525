/** The candidate that a few slips of the finger turn into the word, if there is one. */
export function nearest<T extends string>(word: string, candidates: readonly T[]): T | undefined {
  const [best] = candidates
    .map((candidate) => ({ candidate, slips: countSlips(word, candidate) }))
    .sort((a, b) => a.slips - b.slips)
  return best !== undefined && best.slips <= 3 ? best.candidate : undefined
}

/** How many letters have to be put in, taken out or changed to make one word of the other. */
function countSlips(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [line, letter] of [...from].entries()) {
    const next = [line + 1]
    for (const [column, other] of [...to].entries()) {
      const changed = (row[column] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
