import { AppError } from '../errors.ts'
import { filterRules } from './filters.ts'
import { MAX_FILTERS, MAX_PATH_KEYS, MAX_TEMPLATE_LENGTH } from './limits.ts'
import type { Argument, Expression, FilterCall, Part, Path } from './part.ts'
import { roots } from './part.ts'
import { Scanner } from './scanner.ts'
import { shorten } from './shorten.ts'

// One step is read several times in a run, and run many times. What is parsed is nobody's to change.
const MOST_KEPT = 1000
const LONGEST_KEPT = 4096
const kept = new Map<string, readonly Part[]>()

/**
 * The parts of a template, in order. They cover the source without gap or overlap.
 *
 * @throws AppError INVALID_TEMPLATE at its line and column
 */
export function parse(source: string): readonly Part[] {
  const known = kept.get(source)
  // Put behind all others: the first is the one that was asked for longest ago.
  if (known) kept.delete(source)
  const parts = known ?? parseSource(source)
  if (source.length > LONGEST_KEPT) return parts
  kept.set(source, parts)
  const [oldest] = kept.size > MOST_KEPT ? kept.keys() : []
  if (oldest !== undefined) kept.delete(oldest)
  return parts
}

function parseSource(source: string): readonly Part[] {
  if (source.length > MAX_TEMPLATE_LENGTH) {
    throw new AppError('INVALID_TEMPLATE', 'A template has at most 1,048,576 characters. Shorten it.')
  }
  const parts: Part[] = []
  let start = 0
  while (start < source.length) {
    const literal = scanText(source, start)
    if (literal.end > start) parts.push({ kind: 'text', text: literal.text, start, end: literal.end })
    if (literal.end === source.length) break
    const scanner = new Scanner(source, literal.end)
    const expression = parseExpression(scanner)
    parts.push({ kind: 'expression', expression, start: literal.end, end: scanner.at })
    start = scanner.at
  }
  return parts
}

/** The literal text from `start` up to the next expression or the end. */
function scanText(source: string, start: number): { text: string; end: number } {
  const pieces: string[] = []
  let at = start
  for (;;) {
    const open = source.indexOf('{{', at)
    if (open === -1) return { text: pieces.join('') + source.slice(at), end: source.length }
    if (open === at || source[open - 1] !== '\\') {
      return { text: pieces.join('') + source.slice(at, open), end: open }
    }
    pieces.push(source.slice(at, open - 1), '{{')
    at = open + 2
  }
}

function parseExpression(scanner: Scanner): Expression {
  scanner.skipSpace()
  const path = parsePath(scanner)
  const filters: FilterCall[] = []
  for (;;) {
    scanner.skipSpace()
    if (scanner.take('}}')) return { path, filters }
    const bar = scanner.at
    if (!scanner.take('|')) scanner.failUnexpected('a | and a filter, or }} to close the expression')
    if (filters.length === MAX_FILTERS) {
      scanner.fail(`An expression has at most ${MAX_FILTERS} filters. Take some out.`, bar)
    }
    filters.push(parseFilter(scanner))
  }
}

function parseFilter(scanner: Scanner): FilterCall {
  scanner.skipSpace()
  const start = scanner.at
  const name = scanner.readName()
  if (name === '') scanner.failUnexpected('the name of a filter')
  const rule = filterRules.get(name)
  if (rule === undefined) {
    const known = [...filterRules.keys()].join(', ')
    return scanner.fail(`There is no filter "${shorten(name)}". The filters are ${known}.`, start)
  }
  let end = scanner.at
  const args: Argument[] = []
  scanner.skipSpace()
  let more = scanner.take(':')
  while (more) {
    // One argument too many is enough to refuse; an endless list is not read to its end.
    if (args.length > rule.most) scanner.fail(`Write ${rule.usage}.`, start)
    scanner.skipSpace()
    args.push(parseArgument(scanner))
    end = scanner.at
    scanner.skipSpace()
    more = scanner.take(',')
  }
  if (args.length < rule.least || args.length > rule.most || rule.accepts?.(args) === false) {
    scanner.fail(`Write ${rule.usage}.`, start)
  }
  return { name, args, start, end }
}

function parseArgument(scanner: Scanner): Argument {
  if (scanner.startsWith('"')) return scanner.readText()
  if (/[-\d]/.test(scanner.source[scanner.at] ?? '')) return scanner.readNumber()
  if (scanner.startsWith("'")) scanner.fail('Write text in double quotes.')
  return parsePath(scanner)
}

function parsePath(scanner: Scanner): Path {
  const start = scanner.at
  const name = scanner.readName()
  if (name === '')
    scanner.failUnexpected('a path such as trigger.body or secrets.NAME; a literal {{ is written \\{{')
  const root = roots.find((it) => it === name)
  if (root === undefined) {
    scanner.fail(`A path begins with secrets, trigger or steps, not with "${shorten(name)}".`, start)
  }
  const keys: (string | number)[] = []
  for (let key = parseKey(scanner); key !== undefined; key = parseKey(scanner)) {
    if (keys.length === MAX_PATH_KEYS)
      scanner.fail(`A path has at most ${MAX_PATH_KEYS} keys. Shorten it.`, start)
    keys.push(key)
  }
  const path: Path = { root, keys, start, end: scanner.at }
  checkShape(scanner, path)
  return path
}

function parseKey(scanner: Scanner): string | number | undefined {
  if (scanner.take('.')) {
    const key = scanner.readName()
    if (key === '') scanner.failUnexpected('a key after the dot; write other keys as ["key"]')
    return key
  }
  if (!scanner.take('[')) return undefined
  scanner.skipSpace()
  const key = scanner.startsWith('"') ? scanner.readText() : scanner.readIndex()
  if (key === undefined) scanner.failUnexpected('a position such as [0] or a key such as ["key"]')
  scanner.skipSpace()
  if (!scanner.take(']')) scanner.failUnexpected('a ]')
  return key
}

/** Refuses paths that can never lead to a value, when the template is written and not only when it runs. */
function checkShape(scanner: Scanner, { root, keys, start }: Path): void {
  const [first, second] = keys
  if (root === 'secrets' && (keys.length !== 1 || typeof first !== 'string' || first === '')) {
    scanner.fail('A secret is written secrets.NAME, with one name and nothing after it.', start)
  }
  if (root === 'steps' && (typeof first !== 'string' || (second !== 'output' && second !== 'error'))) {
    const error = 'and why one failed after which the run goes on, steps.KEY.error'
    scanner.fail(
      `What a step gave back is written steps.KEY.output, with the key of the step, ${error}.`,
      start,
    )
  }
}
