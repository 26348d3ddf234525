/** A part of a form, as `-F` takes it. */
export interface FormPart {
  readonly name: string
  readonly value: string
  /** Whether a type, a file name or the like follows the value. */
  readonly hasMore: boolean
}

/** Reads `name=value`, `name="quoted value"` and `name=value;type=…`; `undefined` when the value is in a file. */
export function formPart(text: string): FormPart | undefined {
  const [name = ''] = text.split('=', 1)
  const content = text.slice(name.length + 1)
  if (/^[@<]/.test(content)) return undefined
  const quoted = /^"([^"\\]*(?:\\[\s\S][^"\\]*)*)"\s*(;[\s\S]*)?$/.exec(content)
  if (quoted !== null) {
    const [, inner = '', rest] = quoted
    return { name, value: inner.replace(/\\(["\\])/g, '$1'), hasMore: rest !== undefined }
  }
  const [value = ''] = content.split(';', 1)
  return { name, value, hasMore: value.length < content.length }
}
