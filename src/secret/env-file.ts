/** A line `NAME=VALUE` of a `.env` file. */
export interface EnvEntry {
  key: string
  value: string
}

const QUOTES = new Set(['"', "'", '`'])

/**
 * The entries of a `.env` file in their order, a key that stands there twice as well. It reads as `util.parseEnv` of Node
 * does, which browsers lack: `export` before a key, comments, values of several lines in quotes, and `\n` in double
 * quotes. Lines of another form are passed over.
 */
export function parseEnvFile(text: string): EnvEntry[] {
  const entries: EnvEntry[] = []
  // A byte order mark counts as white space.
  let rest = text.replaceAll('\r', '').trimStart()
  while (rest !== '') {
    const [line = ''] = rest.split('\n', 1)
    const equals = line.startsWith('#') ? -1 : line.indexOf('=')
    const key = line
      .slice(0, Math.max(0, equals))
      .trim()
      .replace(/^export\s+/, '')
    if (key === '') {
      rest = rest.slice(line.length).trimStart()
      continue
    }
    const { value, length } = valueAt(rest.slice(equals + 1))
    entries.push({ key, value })
    rest = rest.slice(equals + 1 + length).trimStart()
  }
  return entries
}

/** The value at the beginning of a text, and how much of the text belongs to it: up to the end of its line. */
function valueAt(text: string): { value: string; length: number } {
  const [line = ''] = text.split('\n', 1)
  const indent = line.length - line.trimStart().length
  const quote = line[indent] ?? ''
  const end = QUOTES.has(quote) ? text.indexOf(quote, indent + 1) : -1
  if (end !== -1) {
    const inside = text.slice(indent + 1, end)
    const [after = ''] = text.slice(end).split('\n', 1)
    return { value: quote === '"' ? inside.replaceAll('\\n', '\n') : inside, length: end + after.length }
  }
  // A quote that is never closed belongs to the value.
  const [plain = ''] = QUOTES.has(quote) ? [line] : line.split('#', 1)
  return { value: plain.trim(), length: line.length }
}
