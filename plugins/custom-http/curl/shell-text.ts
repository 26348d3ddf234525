import { isPath, parse } from '../../../src/template/index.ts'
import type { Path } from '../../../src/template/part.ts'

/** A part of a text: what stands in it, or a variable of the shell. */
export type Piece = string | { readonly variable: string }

/**
 * Names that a shell or a program already gives a meaning to: to set `PATH` would lose curl itself. The variable of
 * such a secret begins with an underline, as that of a name with a digit in front. Reading a command takes it away again.
 */
const TAKEN =
  /^(?:\d.*|PATH|HOME|PWD|OLDPWD|IFS|UID|EUID|PPID|GROUPS|USER|LOGNAME|SHELL|SHELLOPTS|TERM|LANG|LC_.*|TMPDIR|RANDOM|SECONDS|LINENO|HOSTNAME|OPT.*|PS\d|ENV|EDITOR|MAIL|CDPATH|BASH.*|FUNCNAME|DIRSTACK|HIST.*|LD_.*|DYLD_.*|CURL_.*|SSL.*|(?:HTTPS?|ALL|NO|FTP)_PROXY)$/

/**
 * Stops somebody who writes an automation from running commands on the machine of who copies a step of it: a template may
 * name anything, also what a shell would run, and only letters, digits and underlines get into a variable.
 *
 * @param name of a secret.
 */
export function variableOf(name: string): string {
  const plain = name.replace(/\W/g, '_')
  return TAKEN.test(plain) ? `_${plain}` : plain
}

/**
 * The pieces of a template: a secret is a variable. Any other expression stays as it is written.
 *
 * @param keep is told of each of those.
 */
export function piecesOf(template: string, keep: (expression: string) => void): Piece[] {
  return parse(template).flatMap((part): Piece[] => {
    if (part.kind === 'text') return [part.text]
    const { path, filters } = part.expression
    const [filter] = filters
    const isJson = filters.length === 1 && filter?.name === 'json'
    if (path.root === 'secrets' && filters.length === 0) return [variable(path)]
    if (path.root === 'secrets' && isJson) return ['"', variable(path), '"']
    const written = template.slice(part.start, part.end)
    keep(written)
    return [written]
  })
}

/** User name and password, when a template is nothing but the filter `basic` of a secret. */
export function basicPieces(template: string): Piece[] | undefined {
  const [part, ...more] = parse(template)
  if (part?.kind !== 'expression' || more.length > 0) return undefined
  const { path, filters } = part.expression
  const [filter] = filters
  if (path.root !== 'secrets' || filters.length !== 1 || filter?.name !== 'basic') return undefined
  const [password = ''] = filter.args
  if (typeof password === 'string') return [variable(path), `:${password}`]
  return typeof password === 'object' && isPath(password) && password.root === 'secrets'
    ? [variable(path), ':', variable(password)]
    : undefined
}

const variable = ({ keys: [name] }: Path): Piece => ({ variable: variableOf(String(name)) })

/**
 * One word of a POSIX shell (Shell Command Language, 2.2) that gives these pieces. Outside of variables nothing is expanded,
 * neither by `sh` nor by the history of an interactive shell.
 */
export function shellWord(pieces: readonly Piece[]): string {
  const texts = pieces.filter((it) => typeof it === 'string')
  if (texts.length === pieces.length) return literal(texts.join(''))
  // What is harmless in double quotes is read more easily in one pair of them.
  const inOne = texts.every((it) => /^[^\\"$`!]*$/.test(it))
  const written = pieces.map((it, at) => {
    if (typeof it === 'string') return inOne || it === '' ? it : literal(it)
    const name = expansion(it.variable, pieces[at + 1])
    return inOne ? name : `"${name}"`
  })
  return inOne ? `"${written.join('')}"` : written.join('')
}

const literal = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

/** With braces where a letter follows, also beyond a quote: who reads the word without quotes finds the same name. */
function expansion(name: string, next: Piece | undefined): string {
  return typeof next === 'string' && /^\w/.test(next) ? `\${${name}}` : `$${name}`
}
