import { field, type Input } from '../../src/steps/index.ts'

/** The fields, as docs and clients know them. Their names and meanings do not change. */
export const fields = {
  method: field.choice({
    label: 'Method',
    options: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'OTHER'],
    default: 'GET',
  }),
  otherMethod: field.text({
    label: 'Other method',
    help: 'Any method of HTTP (RFC 9110), such as PROPFIND or QUERY. CONNECT and TRACE are not sent.',
    required: true,
    when: { field: 'method', is: 'OTHER' },
  }),
  url: field.url({ label: 'URL', required: true, secrets: true, sends: 'url' }),
  query: field.pairs({
    label: 'Query parameters',
    help: 'Added to the URL, percent-encoded.',
    secrets: true,
    sends: 'query',
  }),
  headers: field.pairs({ label: 'Headers', secrets: true, sends: 'header', place: 'header' }),
  bodyKind: field.choice({
    label: 'Body type',
    options: ['none', 'json', 'text', 'form', 'multipart', 'file'],
    default: 'none',
    help: 'Sets the Content-Type, unless a header does.',
  }),
  body: field.json({
    label: 'Body',
    required: true,
    secrets: true,
    sends: 'body',
    when: { field: 'bodyKind', is: ['json', 'text'] },
    textWhen: { field: 'bodyKind', is: 'text' },
  }),
  form: field.pairs({
    label: 'Form fields',
    secrets: true,
    sends: 'body',
    when: { field: 'bodyKind', is: ['form', 'multipart'] },
  }),
  partTypes: field.pairs({
    label: 'Types of parts',
    help: 'The media type of a part by the name of its form field, such as application/json. Others have none.',
    when: { field: 'bodyKind', is: 'multipart' },
  }),
  fileNames: field.pairs({
    label: 'File names of parts',
    help: 'The file name that the server is told for a part, by the name of its form field.',
    when: { field: 'bodyKind', is: 'multipart' },
  }),
  formFiles: field.pairs({
    label: 'Files of the form',
    help: 'A file of this run by the name of its form field: what an earlier step gave back as its file.',
    when: { field: 'bodyKind', is: 'multipart' },
  }),
  file: field.text({
    label: 'File',
    help: 'A file of this run: what an earlier step gave back as its file.',
    required: true,
    when: { field: 'bodyKind', is: 'file' },
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
  pagination: field.choice({
    label: 'Pages',
    options: ['none', 'link', 'nextUrl', 'cursor', 'page', 'offset'],
    default: 'none',
    help:
      'How the answer leads to the next page: by its Link header, by a URL or a cursor in its body, or by a number ' +
      'of pages or items that is counted up.',
  }),
  nextPath: field.text({
    label: 'Path to the next URL or cursor',
    help: 'Its place in the body, such as paging.next, or data[-1].id for the last item. The pages end when it is missing or empty.',
    required: true,
    when: { field: 'pagination', is: ['nextUrl', 'cursor'] },
  }),
  pageParameter: field.text({
    label: 'Query parameter of the page',
    help: 'Takes the cursor or number, and replaces a parameter of that name in the URL.',
    required: true,
    when: { field: 'pagination', is: ['cursor', 'page', 'offset'] },
  }),
  startAt: field.number({
    label: 'Count from',
    help: 'By default pages count from 1 and items from 0.',
    min: 0,
    integer: true,
    when: { field: 'pagination', is: ['page', 'offset'] },
  }),
  itemsPath: field.text({
    label: 'Path to the items',
    help:
      'Where the list stands in the body, such as data.items; $ when the body is the list. The lists of all pages ' +
      'are joined. Without it, the whole bodies are. To count pages or items it is needed: an empty list ends them.',
    requiredWhen: { field: 'pagination', is: ['page', 'offset'] },
    when: { field: 'pagination', is: ['link', 'nextUrl', 'cursor', 'page', 'offset'] },
  }),
  endOnNotFound: field.boolean({
    label: 'A 404 ends the pages',
    help: 'For services that answer 404 after the last page. Without it, a 404 is the last answer.',
    default: false,
    when: { field: 'pagination', is: ['link', 'nextUrl', 'cursor', 'page', 'offset'] },
  }),
  maxPages: field.number({
    label: 'Pages at most',
    min: 1,
    max: 1000,
    integer: true,
    default: 100,
    when: { field: 'pagination', is: ['link', 'nextUrl', 'cursor', 'page', 'offset'] },
  }),
  keepFile: field.boolean({
    label: 'Keep the answer as a file',
    help: 'For what is large or no text. Later steps get the file, and people can download it when no secret is in it.',
    default: false,
    when: { field: 'pagination', is: 'none' },
  }),
  fileName: field.text({
    label: 'Name of the file',
    help: 'By default the one that the service gives it, or the end of its URL.',
    when: { field: 'keepFile', is: true },
  }),
  protect: field.text({
    label: 'Protect in the answer',
    help:
      'Values of the answer that are secret themselves, such as body.access_token. They are masked for people, and go ' +
      'only where the secrets of this step may go. Separate several by commas.',
  }),
  clientCertificate: field.multiline({
    label: 'Client certificate',
    help: 'PEM with certificate and key, or a PKCS#12 file in base64.',
    secrets: true,
  }),
  clientCertificatePassphrase: field.text({ label: 'Passphrase of the client certificate', secrets: true }),
}

export type CustomHttpInput = Input<typeof fields>
