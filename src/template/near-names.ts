/** Up to three of the known names that differ from this one by one or two typing errors, nearest first. */
export function nearNames(name: string, known: readonly string[]): string[] {
  if (name.length > 64) return []
  const limit = Math.ceil(name.length / 3)
  return known
    .map((it) => ({ name: it, distance: distance(name.toLowerCase(), it.toLowerCase()) }))
    .filter((it) => it.distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map((it) => it.name)
}

/** ` Did you mean "x"?`, or all names when none is near. It starts with a space. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = nearNames(name, known)
  if (near.length > 0) return ` Did you mean ${near.map((it) => `"${it}"`).join(' or ')}?`
  return known.length > 0 ? ` There is: ${known.join(', ')}.` : ''
}

/** Levenshtein distance: the insertions, deletions and substitutions that lead from one text to the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
