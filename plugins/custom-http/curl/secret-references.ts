import type { Credential } from './credentials.ts'
import type { CurlFields } from './fields.ts'
import { textAt } from './literal.ts'

/**
 * The fields with `{{ secrets.NAME }}` in the place of the credentials, and what belongs around it. Give all that are
 * to be replaced at once, as `parseCurl` gave them with these fields; the names of their secrets may be others.
 */
export function referToSecrets(fields: CurlFields, credentials: readonly Credential[]): CurlFields {
  // From the end, so that the places in front stay where they are.
  const fromTheEnd = [...credentials].sort((a, b) => b.start - a.start)
  return fromTheEnd.reduce((changed, it) => {
    const text = textAt(changed, it.place)
    return withText(changed, it.place, text.slice(0, it.start) + expressionOf(it) + text.slice(it.end))
  }, fields)
}

function expressionOf({ secrets: [first, second], basic, isJson }: Credential): string {
  const path = `secrets.${first?.name}`
  if (isJson) return `{{ ${path} | json }}`
  if (basic === undefined) return `{{ ${path} }}`
  const password = second === undefined ? JSON.stringify(basic.password ?? '') : `secrets.${second.name}`
  return `{{ ${path} | basic: ${password} }}`
}

function withText(fields: CurlFields, place: Credential['place'], text: string): CurlFields {
  if (!('row' in place)) return { ...fields, [place.field]: text }
  const rows = fields[place.field] ?? []
  return {
    ...fields,
    [place.field]: rows.map((it, row) => (row === place.row ? { ...it, value: text } : it)),
  }
}
