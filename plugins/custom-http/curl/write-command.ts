import { basicPieces, type Piece, piecesOf, shellWord } from './shell-text.ts'

/** A command that sends what a custom-http step sends. */
export interface WrittenCommand {
  readonly command: string
  /** The variables that stand for its secrets, each once. */
  readonly variables: readonly string[]
  /** A sentence for each thing that is not in it. */
  readonly notes: readonly string[]
}

type Fields = Readonly<Record<string, unknown>>
interface Row {
  readonly name: string
  readonly value: string
}

/**
 * Writes a step as a curl command for a POSIX shell. A secret is a variable of its name; its value is nowhere. `parseCurl`
 * reads the command back.
 *
 * @param fields of the step, as they are saved.
 * @throws AppError INVALID_TEMPLATE for a field whose template cannot be read
 */
export function writeCurl(fields: Fields): WrittenCommand {
  const words = new CommandWords()
  addMethod(words, fields)
  const url = textIn(fields, 'url')
  // Stops a URL such as `-K…` from being an option of curl.
  words.add(url.startsWith('-') ? ['--url'] : [], words.read(url))
  for (const { name, value } of rowsIn(fields, 'query')) {
    words.add(['--url-query'], [`${encodeURIComponent(name)}=`, ...words.read(value)])
  }
  addHeaders(words, fields)
  addBody(words, fields)
  addLimits(words, fields)
  noteOthers(words, fields)
  return words.finish()
}

/** The options and their words, one below the other. */
class CommandWords {
  readonly notes = new Set<string>()
  readonly #lines: string[] = []
  readonly #variables = new Set<string>()

  read(template: string): Piece[] {
    return piecesOf(template, (expression) =>
      this.notes.add(`Put a value in the place of ${expression}, which only a run knows.`),
    )
  }

  add(options: readonly string[], pieces?: readonly Piece[]): void {
    for (const it of pieces ?? []) if (typeof it !== 'string') this.#variables.add(it.variable)
    this.#lines.push([...options, ...(pieces ? [shellWord(pieces)] : [])].join(' '))
  }

  finish(): WrittenCommand {
    const command = ['curl', ...this.#lines].join(' \\\n  ').replace('curl \\\n  ', 'curl ')
    return { command, variables: [...this.#variables], notes: [...this.notes] }
  }
}

function addMethod(words: CommandWords, fields: Fields): void {
  const method = textIn(fields, 'method') || 'GET'
  const kind = bodyKindOf(fields)
  if (method === 'HEAD') words.add(['--head'])
  else if (method === 'OTHER') words.add(['-X'], words.read(textIn(fields, 'otherMethod')))
  else if (method !== (kind === 'none' ? 'GET' : 'POST')) words.add(['-X'], words.read(method))
  // Stops curl from taking braces and brackets, which a value may have too, for several addresses.
  if (/[[\]{}]/.test(textIn(fields, 'url'))) words.add(['--globoff'])
}

function addHeaders(words: CommandWords, fields: Fields): void {
  const rows = rowsIn(fields, 'headers')
  for (const { name, value } of rows) {
    const user = name.toLowerCase() === 'authorization' ? basicPieces(value) : undefined
    if (user) words.add(['-u'], user)
    // `Name:` would take the header away.
    else words.add(['-H'], value === '' ? [`${name};`] : [`${name}: `, ...words.read(value)])
  }
  const own = { json: 'application/json', text: 'text/plain; charset=utf-8' }[bodyKindOf(fields)]
  const isGiven = rows.some(({ name }) => name.toLowerCase() === 'content-type')
  if (own !== undefined && !isGiven) words.add(['-H'], [`Content-Type: ${own}`])
}

function addBody(words: CommandWords, fields: Fields): void {
  const kind = bodyKindOf(fields)
  if (kind === 'json' || kind === 'text') {
    const { body } = fields
    words.add(['--data-raw'], words.read(typeof body === 'string' ? body : JSON.stringify(body ?? '')))
  }
  const form = rowsIn(fields, 'form')
  if (kind === 'form') {
    if (form.length === 0) words.add(['--data-raw', "''"])
    for (const { name, value } of form) {
      words.add(['--data-urlencode'], [`${encodeURIComponent(name)}=`, ...words.read(value)])
    }
  }
  if (kind === 'multipart') for (const row of form) addPart(words, row, fields)
}

function addPart(words: CommandWords, { name, value }: Row, fields: Fields): void {
  const pieces = words.read(value)
  const of = (field: string) => rowsIn(fields, field).find((it) => it.name === name)?.value
  const type = of('partTypes')
  const fileName = of('fileNames')
  if (type === undefined && fileName === undefined) {
    words.add(['--form-string'], [`${name}=`, ...pieces])
    return
  }
  // Stops the name of a part from naming a file, as in `a=@/etc/passwd;b`: curl reads up to the first equals sign.
  if (name.includes('=')) {
    words.notes.add(`The part ${name} is not in the command: curl takes no such name.`)
    return
  }
  const quoted = (text: string) => text.replace(/["\\]/g, '\\$&')
  const inQuotes = pieces.map((it) => (typeof it === 'string' ? quoted(it) : it))
  const ending = `${type === undefined ? '' : `;type=${type}`}${fileName === undefined ? '' : `;filename="${quoted(fileName)}"`}`
  words.add(['-F'], [`${name}="`, ...inQuotes, `"${ending}`])
}

function addLimits(words: CommandWords, fields: Fields): void {
  if (fields['followRedirects'] !== false) words.add(['-L'])
  const limits = { maxRedirects: '--max-redirs', timeoutSeconds: '--max-time', retries: '--retry' }
  for (const [field, option] of Object.entries(limits)) {
    const limit = fields[field]
    if (typeof limit === 'number') words.add([option, String(limit)])
  }
}

function noteOthers({ notes }: CommandWords, fields: Fields): void {
  const pages = textIn(fields, 'pagination')
  if (pages !== '' && pages !== 'none') notes.add('The command asks for the first page alone.')
  if (textIn(fields, 'clientCertificate') !== '') notes.add('The client certificate is not in the command.')
  if (bodyKindOf(fields) === 'file' || rowsIn(fields, 'formFiles').length > 0) {
    notes.add('Files are not in the command: only a run has them.')
  }
}

const bodyKindOf = (fields: Fields): string => textIn(fields, 'bodyKind') || 'none'

function textIn(fields: Fields, name: string): string {
  const value = fields[name]
  return typeof value === 'string' ? value : ''
}

function rowsIn(fields: Fields, name: string): readonly Row[] {
  const rows = fields[name]
  if (!Array.isArray(rows)) return []
  return rows.filter(
    ({ name: key, value }) => typeof key === 'string' && key !== '' && typeof value === 'string',
  )
}
