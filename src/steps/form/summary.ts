/** A field as a line about a step needs it. */
interface SummaryField {
  readonly name: string
  readonly kind: string
  readonly acceptsSecrets: boolean
  readonly default?: unknown
}

const LONGEST = 120

/**
 * One line about a step, from what is written in its fields: `{method} {url}` becomes `POST api.example.com/…`. What a
 * template stands for is not known, and shows as `…`. Of an address that may hold secrets there is only its host.
 */
export function summaryLine(
  summary: string,
  fields: readonly SummaryField[],
  values: Readonly<Record<string, unknown>>,
): string {
  const known = new Map(fields.map((it) => [it.name, it]))
  const text = summary.replaceAll(/\{([a-zA-Z0-9]+)\}/g, (_all, name: string) => {
    const field = known.get(name)
    return field ? shown(field, values[name] ?? field.default ?? '') : ''
  })
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
}

function shown({ kind, acceptsSecrets }: SummaryField, value: unknown): string {
  const isText = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  if (!isText || (acceptsSecrets && kind !== 'url')) return ''
  const text = String(value).replaceAll(/\{\{[\s\S]*?\}\}/g, '…')
  if (kind !== 'url') return text
  const [, host = '', path = ''] = /^https?:\/\/(?:[^/?#]*@)?([^/?#]*)([^?#]*)/i.exec(text) ?? []
  return acceptsSecrets ? `${host}${path.length > 1 ? '/…' : ''}` : `${host}${path}`
}
