import type { Credential } from './credential.ts'
import type { CurlFields } from './fields.ts'

/** A template that gives exactly this text. `\{{` is a literal `{{`. */
export function asTemplate(text: string): string {
  return text.replaceAll('{{', '\\{{')
}

/** The fields as templates that give exactly their text, and the places of the credentials in them. */
export function asTemplates(fields: CurlFields, credentials: readonly Credential[]) {
  const pairs = (list: CurlFields['form']) =>
    list?.map(({ name, value }) => ({ name: asTemplate(name), value: asTemplate(value) }))
  const { headers, body, form } = fields
  const templates: CurlFields = {
    ...fields,
    url: asTemplate(fields.url),
    ...(headers && { headers: pairs(headers) ?? [] }),
    ...(form && { form: pairs(form) ?? [] }),
    ...(body !== undefined && { body: asTemplate(body) }),
  }
  const moved = credentials.map((it) => {
    const text = textAt(fields, it.place)
    const start = asTemplate(text.slice(0, it.start)).length
    return { ...it, start, end: start + asTemplate(text.slice(it.start, it.end)).length }
  })
  return { fields: templates, credentials: moved }
}

/** The text that contains a credential. */
export function textAt(fields: CurlFields, place: Credential['place']): string {
  if ('row' in place) return fields[place.field]?.[place.row]?.value ?? ''
  return fields[place.field] ?? ''
}
