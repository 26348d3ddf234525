/**
 * How well a text fits what a person types to find it; undefined when it does not fit. The letters have to come in
 * their order. A text in which they stand together, and early, fits better.
 */
export function fitOf(query: string, text: string): number | undefined {
  const wanted = query.toLowerCase().replaceAll(/[\s_]+/g, '')
  const letters = text.toLowerCase().replaceAll('_', '')
  const whole = letters.indexOf(wanted)
  if (whole !== -1) return whole
  let at = -1
  let gaps = 0
  for (const letter of wanted) {
    const next = letters.indexOf(letter, at + 1)
    if (next === -1) return undefined
    gaps += next - at - 1
    at = next
  }
  return 1000 + gaps
}

/** The items that fit, with the best first. */
export function found<T>(query: string, items: readonly T[], textOf: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, fit: fitOf(query, textOf(item)) }))
    .filter((it): it is { item: T; fit: number } => it.fit !== undefined)
    .sort((a, b) => a.fit - b.fit)
    .map(({ item }) => item)
}
