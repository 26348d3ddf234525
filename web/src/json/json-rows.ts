import { ExactNumber } from '../../../src/exact-json.ts'
import { MARK } from '../../../src/secret-mark.ts'

/** One line of a JSON tree. */
export interface JsonRow {
  /** The path to the row, which no other row of the tree has. */
  id: string
  /** The id of the row that holds this one; undefined for the root. */
  parent: string | undefined
  /** From 1. */
  level: number
  /** The key or position inside the parent; undefined for the root and for a piece of a long text. */
  name: string | number | undefined
  content: JsonContent
  position: number
  siblings: number
  expanded: boolean
}

export type JsonContent =
  | { kind: 'list' | 'object'; size: number; preview: string }
  | { kind: 'text'; text: string }
  /** The pieces of the text are rows of their own. */
  | { kind: 'long-text'; text: string; length: number }
  | { kind: 'piece'; text: string }
  | { kind: 'literal'; text: string }

/** Longer texts are cut into rows, so that every row has the same height and a large one costs no more. */
const LONGEST_TEXT = 120
/** A tree with more rows than these opens with its first level alone. */
const OPEN_AT_ONCE = 200

interface Node {
  id: string
  parent: string | undefined
  name: string | number | undefined
  level: number
  position: number
  siblings: number
}

/** The rows to show, from the top. @param expanded the ids of the open rows. */
export function jsonRows(value: unknown, expanded: ReadonlySet<string>): JsonRow[] {
  const rows: JsonRow[] = []
  const root = { id: '$', parent: undefined, name: undefined, level: 1, position: 1, siblings: 1 }
  addRows(rows, value, root, expanded)
  return rows
}

/** The rows that are open when the tree appears: every row of a small tree, or the root of a large one. */
export function openAtFirst(value: unknown): Set<string> {
  const all = expandableIds(value, OPEN_AT_ONCE)
  return all ?? new Set(['$'])
}

/** Every row that can be opened except long texts; undefined when the tree has more than `most` rows. */
export function expandableIds(value: unknown, most: number): Set<string> | undefined {
  const ids = new Set<string>()
  let count = 0
  const visit = (node: unknown, id: string): boolean => {
    count += 1
    if (count > most) return false
    if (!isBranch(node)) return true
    ids.add(id)
    return entriesOf(node).every(([key, child]) => visit(child, childId(id, key)))
  }
  return visit(value, '$') ? ids : undefined
}

function addRows(rows: JsonRow[], value: unknown, node: Node, expanded: ReadonlySet<string>): void {
  const open = expanded.has(node.id)
  const content = contentOf(value)
  rows.push({ ...node, content, expanded: open && canExpand(content) })
  if (!open) return
  const level = node.level + 1
  if (content.kind === 'long-text' && typeof value === 'string') {
    const pieces = piecesOf(value)
    for (const [at, text] of pieces.entries()) {
      const id = `${node.id}#${at}`
      const place = { id, parent: node.id, level, name: undefined, position: at + 1, siblings: pieces.length }
      rows.push({ ...place, content: { kind: 'piece', text }, expanded: false })
    }
  } else if (isBranch(value)) {
    const entries = entriesOf(value)
    for (const [at, [name, child]] of entries.entries()) {
      const place = { parent: node.id, level, name, position: at + 1, siblings: entries.length }
      addRows(rows, child, { ...place, id: childId(node.id, name) }, expanded)
    }
  }
}

export function canExpand(content: JsonContent): boolean {
  if (content.kind === 'list' || content.kind === 'object') return content.size > 0
  return content.kind === 'long-text'
}

function contentOf(value: unknown): JsonContent {
  if (typeof value === 'string') {
    if (value.length <= LONGEST_TEXT && !value.includes('\n')) return { kind: 'text', text: value }
    const [first = ''] = value.slice(0, LONGEST_TEXT).split('\n')
    return { kind: 'long-text', text: first, length: value.length }
  }
  if (!isBranch(value)) return { kind: 'literal', text: String(value) }
  if (Array.isArray(value)) {
    const size = value.length
    return { kind: 'list', size, preview: size === 1 ? '1 item' : `${size} items` }
  }
  const names = Object.keys(value)
  const preview = names.length > 4 ? [...names.slice(0, 4), '…'] : names
  return { kind: 'object', size: names.length, preview: preview.join(', ') }
}

const MARK_HERE = new RegExp(MARK, 'y')

/** The lines of a text. A line that is too long becomes several pieces, and no mark of a secret is cut. */
function piecesOf(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const pieces: string[] = []
    let start = 0
    while (line.length - start > LONGEST_TEXT) {
      const end = cutAt(line, start + LONGEST_TEXT)
      pieces.push(line.slice(start, end))
      start = end
    }
    pieces.push(line.slice(start))
    return pieces
  })
}

function cutAt(line: string, wanted: number): number {
  const open = line.lastIndexOf('[', wanted - 1)
  if (open > wanted - LONGEST_TEXT) {
    MARK_HERE.lastIndex = open
    if (MARK_HERE.test(line) && MARK_HERE.lastIndex > wanted) return MARK_HERE.lastIndex
  }
  // A cut between the two halves of a character would break it.
  const unit = line.charCodeAt(wanted - 1)
  return unit >= 0xd800 && unit <= 0xdbff ? wanted + 1 : wanted
}

export function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof ExactNumber)
}

function entriesOf(value: object): [string | number, unknown][] {
  return Array.isArray(value) ? [...value.entries()] : Object.entries(value)
}

function childId(parent: string, key: string | number): string {
  return `${parent}/${typeof key === 'number' ? key : key.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('#', '~2')}`
}
