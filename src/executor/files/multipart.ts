import { AppError } from '../../errors.ts'
import type { Sensitive } from '../../sensitive.ts'
import type { FileContent, FormPart, RunFile } from '../../steps/index.ts'
import { cleanMediaType } from './file-notes.ts'

/**
 * The pieces of a multipart/form-data body (RFC 7578), with files in their places.
 *
 * The boundary is random and made after the values are known. So a value cannot contain it, and cannot end its part and add
 * another.
 */
export function multipartPieces<T>(
  form: readonly FormPart[],
  fileOf: (file: RunFile | FileContent) => { content: T; name: string; mediaType: string },
): { pieces: (string | Sensitive | T)[]; contentType: string } {
  const boundary = `lockstep-${crypto.randomUUID()}`
  const pieces = form.flatMap((part): (string | Sensitive | T)[] => {
    const start = `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(part.name)}"`
    const file = 'value' in part ? undefined : fileOf(part.file)
    const { filename = file?.name, mediaType = file?.mediaType } = part
    // A line break would add headers to the part.
    if (mediaType !== undefined && !/^[\t\x20-\x7e]*$/.test(mediaType))
      throw new AppError('INVALID_FIELD', 'A media type of a form is not valid.')
    const named = filename === undefined ? '' : `; filename="${escapeName(filename)}"`
    const typed = mediaType === undefined ? '' : `\r\nContent-Type: ${mediaType}`
    const content = 'value' in part ? part.value : (file?.content as T)
    return [`${start}${named}${typed}\r\n\r\n`, content, '\r\n']
  })
  return {
    pieces: [...pieces, `--${boundary}--\r\n`],
    contentType: `multipart/form-data; boundary=${boundary}`,
  }
}

export function partsOf(form: FormData): FormPart[] {
  return [...form].map(([name, value]) =>
    typeof value === 'string'
      ? { name, value }
      : { name, file: value, filename: value.name, mediaType: cleanMediaType(value.type) },
  )
}

/** Follows the HTML standard. A quote or a line break would end the name and let it add headers. */
function escapeName(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
