import { type SecretPair, Sensitive } from '../../src/steps/index.ts'

/**
 * A multipart/form-data body (RFC 7578). Values are sent to the letter, their line breaks too.
 *
 * The boundary is random and made after the values are known: a value cannot contain it, and so cannot end its
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

/** As the HTML standard does it: a quote or a line break would end the name and let it add headers. */
function escapeName(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
