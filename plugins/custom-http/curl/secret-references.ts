import type { Credential } from './credential.ts'
import type { CurlFields } from './fields.ts'
import { textAt } from './literal.ts'

/**
 * The fields with `{{ secrets.NAME }}` instead of the credentials, and the text around it that is needed. Pass all
 * credentials to replace at once, as `parseCurl` returned them with these fields. The names of their secrets may
 * differ.
 */
export function referToSecrets(fields: CurlFields, credentials: readonly Credential[]): CurlFields {
  // Replaces from the end, so that earlier positions stay valid.
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
