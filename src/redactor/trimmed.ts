const QUOTES = `"'\``

/** Without outer quotes and white space. */
export function trimmed(value: string): string {
  let start = 0
  let end = value.length
  for (;;) {
    const before = end - start
    while (start < end && /\s/.test(value.charAt(start))) start++
    while (start < end && /\s/.test(value.charAt(end - 1))) end--
    const first = value.charAt(start)
    if (end - start > 1 && QUOTES.includes(first) && value.charAt(end - 1) === first) {
      start++
      end--
    }
    if (end - start === before) return value.slice(start, end)
  }
}
