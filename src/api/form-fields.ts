import { decoderOf } from '../media-type.ts'

export type Field = readonly [name: string, value: unknown]

/**
 * The fields of an `application/x-www-form-urlencoded` body (https://url.spec.whatwg.org/#urlencoded-parsing), in the
 * charset that its type declares, if that is not UTF-8: then what is percent-encoded are the bytes of it.
 */
export function formFields(bytes: Uint8Array, charset: string | undefined): Field[] {
  const text = new TextDecoder('latin1').decode(bytes)
  const decoder = decoderOf(charset) ?? new TextDecoder()
  if (decoder.encoding === 'utf-8') return [...new URLSearchParams(new TextDecoder().decode(bytes))]
  const read = (part: string) => {
    const raw = part.replaceAll('+', ' ').replaceAll(/%([0-9a-f]{2})/gi, (_all, hex: string) => byte(hex))
    return decoder.decode(Buffer.from(raw, 'latin1'))
  }
  return text
    .split('&')
    .filter((it) => it !== '')
    .map((it) => {
      const [name = '', ...rest] = it.split('=')
      return [read(name), read(rest.join('='))] as const
    })
}

const byte = (hex: string): string => String.fromCharCode(Number.parseInt(hex, 16))

/** Each name with its value, or with the list of them where it came several times. `x[]` is a name like any other. */
export function listsOf(fields: Iterable<Field>): Record<string, unknown> {
  const values = new Map<string, unknown[]>()
  for (const [name, value] of fields) {
    const before = values.get(name)
    if (before) before.push(value)
    else values.set(name, [value])
  }
  return Object.fromEntries([...values].map(([name, all]) => [name, all.length === 1 ? all[0] : all]))
}
