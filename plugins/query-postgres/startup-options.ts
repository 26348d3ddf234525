/** `-c name=value`, `-cname=value` and `--name=value`; blanks in a value have a backslash before them (libpq, `options`). */
const SETTING = /^(?:-c|--)([A-Za-z_][A-Za-z0-9_.-]{0,99})=([\s\S]*)$/

/** Names that a provider's door reads to find the database. The server behind it does not have them. */
const OF_DOORS = ['cluster', 'endpoint', 'project', 'reference']

/**
 * Splits the `options` of a connection string. Poolers refuse settings among them (PgBouncer: `unsupported startup
 * parameter: options`, RDS Proxy: no command-line options), so these are set by a statement. What is no setting of
 * PostgreSQL is for the provider's door, such as `endpoint=ep-cool-rain` of Neon, and is sent as it is.
 */
export function readOptions(text: string): { sent: string | undefined; settings: Map<string, string> } {
  const settings = new Map<string, string>()
  const sent: string[] = []
  const words = text.match(/(?:[^\s\\]|\\[\s\S])+/g) ?? []
  for (let at = 0; at < words.length; at++) {
    const word = words[at] === '-c' ? `-c${words[++at] ?? ''}` : (words[at] ?? '')
    const [, name = '', value = ''] = SETTING.exec(word) ?? []
    if (name === '' || OF_DOORS.includes(name)) sent.push(word)
    else settings.set(name.replaceAll('-', '_').toLowerCase(), value.replace(/\\([\s\S])/g, '$1'))
  }
  return { sent: sent.length === 0 ? undefined : sent.join(' '), settings }
}
