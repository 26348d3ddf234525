import { type SecretPair, Sensitive } from '../../src/steps/index.ts'

/**
 * A multipart/form-data body (RFC 7578). Values are sent unchanged, with their line breaks.
 *
 * The boundary is random and made after the values are known. So a value cannot contain it, and cannot end its
 * part and add another.
 */
export function multipartBody(form: readonly SecretPair[]): { content: Sensitive; contentType: string } {
  const boundary = `lockstep-${crypto.randomUUID()}`
  const parts = form.map(
    ({ name, value }) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(name)}"\r\n\r\n${value.reveal()}\r\n`,
  )
  const values = form.map(({ value }) => value)
  return {
    content: Sensitive.madeOf(`${parts.join('')}--${boundary}--\r\n`, values),
    contentType: `multipart/form-data; boundary=${boundary}`,
  }
}

/** Follows the HTML standard. A quote or a line break would end the name and let it add headers. */
function escapeName(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
