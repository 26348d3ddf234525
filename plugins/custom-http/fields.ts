import { field, type Input } from '../../src/steps/index.ts'

/** The fields, as docs and clients know them: their names and what they mean do not change. */
export const fields = {
  method: field.choice({
    label: 'Method',
    options: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
    default: 'GET',
  }),
  url: field.url({ label: 'URL', required: true, secrets: true }),
  query: field.pairs({
    label: 'Query parameters',
    help: 'Added to the URL, percent-encoded.',
    secrets: true,
  }),
  headers: field.pairs({ label: 'Headers', secrets: true, place: 'header' }),
  bodyKind: field.choice({
    label: 'Body',
    options: ['none', 'json', 'text', 'form', 'multipart'],
    default: 'none',
    help: 'Sets the Content-Type, unless a header does.',
  }),
  body: field.json({
    label: 'Content',
    required: true,
    secrets: true,
    when: { field: 'bodyKind', is: ['json', 'text'] },
    textWhen: { field: 'bodyKind', is: 'text' },
  }),
  form: field.pairs({
    label: 'Form fields',
    secrets: true,
    when: { field: 'bodyKind', is: ['form', 'multipart'] },
  }),
  timeoutSeconds: field.number({ label: 'Timeout in seconds', min: 1, max: 300, default: 30 }),
  followRedirects: field.boolean({ label: 'Follow redirects', default: true }),
  maxRedirects: field.number({
    label: 'Redirects at most',
    min: 0,
    max: 20,
    integer: true,
    default: 5,
    when: { field: 'followRedirects', is: true },
  }),
  retries: field.number({
    label: 'Retries',
    help: 'How often to try again. A request that may have arrived is repeated only if repeating it is safe.',
    min: 0,
    max: 5,
    integer: true,
    default: 0,
  }),
  failOnErrorStatus: field.boolean({
    label: 'Fail on an error status',
    help: 'The step fails when the answer is 400 or above.',
    default: true,
  }),
  clientCertificate: field.multiline({
    label: 'Client certificate',
    help: 'PEM with certificate and key, or a PKCS#12 file in base64.',
    secrets: true,
  }),
  clientCertificatePassphrase: field.text({ label: 'Passphrase of the client certificate', secrets: true }),
}

export type CustomHttpInput = Input<typeof fields>
