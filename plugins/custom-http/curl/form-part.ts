/** A part of a form, as `-F` takes it. */
export interface FormPart {
  readonly name: string
  readonly value: string
  /** Its media type, and the file name that the server is told. */
  readonly type: string | undefined
  readonly fileName: string | undefined
  /** Whether something else follows the value, such as `headers=`. */
  readonly hasMore: boolean
}

/**
 * Reads `name=value`, `name="quoted value"` and `name=value;type=…;filename=…`; `undefined` when the value is in a file. A
 * media type may have parameters of its own.
 */
export function formPart(text: string): FormPart | undefined {
  const [name = ''] = text.split('=', 1)
  const content = text.slice(name.length + 1)
  if (/^[@<]/.test(content)) return undefined
  const quoted = /^"([^"\\]*(?:\\[\s\S][^"\\]*)*)"\s*(;[\s\S]*)?$/.exec(content)
  const [plain = ''] = content.split(';', 1)
  const value = quoted === null ? plain : (quoted[1] ?? '').replace(/\\(["\\])/g, '$1')
  return { name, value, ...attributesOf(quoted === null ? content.slice(plain.length) : (quoted[2] ?? '')) }
}

function attributesOf(text: string): Omit<FormPart, 'name' | 'value'> {
  let type: string | undefined
  let fileName: string | undefined
  let hasMore = false
  for (const piece of text.match(/;(?:"[^"]*"|[^;"])*/g) ?? []) {
    const [, key = '', raw = ''] = /^;\s*([A-Za-z-]+)\s*=\s*([\s\S]*)$/.exec(piece) ?? []
    const value = raw.trim().replace(/^"([\s\S]*)"$/, '$1')
    if (key === 'type') type = value
    else if (key === 'filename') fileName = value
    // Parameters belong to the type before them.
    else if (
      type !== undefined &&
      fileName === undefined &&
      /^(?:charset|boundary|version|profile|q)$/i.test(key)
    ) {
      type += `; ${key}=${value}`
    } else if (piece.trim() !== ';') hasMore = true
  }
  return { type, fileName, hasMore }
}
