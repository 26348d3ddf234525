import { type FormPart, fieldError, type Pair, type SecretPair, Sensitive } from '../../src/steps/index.ts'

/**
 * A multipart/form-data body (RFC 7578). Values are sent unchanged, with their line breaks.
 *
 * The boundary is random and made after the values are known. So a value cannot contain it, and cannot end its
 * part and add another.
 */
export function multipartBody(
  form: readonly SecretPair[],
  { partTypes = [], fileNames = [] }: PartNotes = {},
): { content: Sensitive; contentType: string } {
  const [types, files] = [notesOf('partTypes', partTypes, form), notesOf('fileNames', fileNames, form)]
  const boundary = `lockstep-${crypto.randomUUID()}`
  const parts = form.map(
    ({ name, value }) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(name)}"${fileNameOf(files.get(name))}\r\n` +
      `${typeOf(types.get(name))}\r\n${value.reveal()}\r\n`,
  )
  const values = form.map(({ value }) => value)
  return {
    content: Sensitive.madeOf(`${parts.join('')}--${boundary}--\r\n`, values),
    contentType: `multipart/form-data; boundary=${boundary}`,
  }
}

/** The same for a form with files in it, which the client puts together while it sends them. */
export function multipartParts(
  form: readonly FormPart[],
  { partTypes = [], fileNames = [] }: PartNotes,
): FormPart[] {
  const [types, files] = [notesOf('partTypes', partTypes, form), notesOf('fileNames', fileNames, form)]
  return form.map((part) => ({ ...part, mediaType: types.get(part.name), filename: files.get(part.name) }))
}

/** What stands beside the value of a part, by the name of its form field. */
interface PartNotes {
  readonly partTypes?: readonly Pair[]
  readonly fileNames?: readonly Pair[]
}

const MEDIA_TYPE = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}(?:\s*;[\t\x20-\x7e]{0,200})?$/

function notesOf(
  field: string,
  pairs: readonly Pair[],
  form: readonly { readonly name: string }[],
): Map<string, string> {
  for (const [index, { name, value }] of pairs.entries()) {
    const place = { field, row: index + 1 }
    if (!form.some((it) => it.name === name)) throw fieldError(place, 'no form field has this name.')
    // A line break would add headers to the part.
    if (field === 'partTypes' && !MEDIA_TYPE.test(value)) {
      throw fieldError(place, 'its value must be a media type, such as application/json.')
    }
  }
  return new Map(pairs.map(({ name, value }) => [name, value]))
}

const fileNameOf = (name: string | undefined): string =>
  name === undefined ? '' : `; filename="${escapeName(name)}"`
const typeOf = (type: string | undefined): string => (type === undefined ? '' : `Content-Type: ${type}\r\n`)

/** Follows the HTML standard. A quote or a line break would end the name and let it add headers. */
function escapeName(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
