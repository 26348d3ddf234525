import { type KnownSigner, peekAuditStatement } from '../vault/sealing.ts'
import type { Cut } from './statements.ts'

/** A row as its line says it. */
export interface RowLine {
  workspace: string
  id: string
  sequence: number
  /** The hash of the row before. */
  previous: string
  /** What the hash is over. */
  content: string
  hash: string
}

export type SignedCut = Cut & { workspace: string; statement: string | null }

/** What one line of an exported file holds; undefined members: it is no such line. */
export interface FileLine {
  row?: RowLine
  signer?: KnownSigner
  cut?: SignedCut
  checkpoint?: { statement: string; workspace: string; sequence: number; hash: string; at: Date }
}

/** A line of a file. */
export interface TextLine {
  text: string
  /** The offset behind it, in bytes. */
  end: number
  /** Whether a line break ends it. */
  isWhole: boolean
}

const LINE_FEED = 10

/** Splits at line feeds alone: `node:readline` does so at U+2028 too, which may stand in a JSON string. */
export async function* linesIn(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<TextLine> {
  let rest: Buffer = Buffer.alloc(0)
  let end = 0
  for await (const chunk of bytes) {
    rest = Buffer.concat([rest, chunk])
    let from = 0
    for (let at = rest.indexOf(LINE_FEED); at >= 0; at = rest.indexOf(LINE_FEED, from)) {
      end += at + 1 - from
      yield { text: rest.toString('utf8', from, at), end, isWhole: true }
      from = at + 1
    }
    rest = rest.subarray(from)
  }
  if (rest.length > 0) yield { text: rest.toString('utf8'), end: end + rest.length, isWhole: false }
}

const ROW = /^(.*),"hash":"([0-9a-f]{64})"\}$/s
const HASH = /^[0-9a-f]{64}$/

/** @returns undefined for a line that is not whole, or of none of the kinds. */
export function readFileLine(text: string): FileLine | undefined {
  const parsed = parse(text)
  if (!parsed) return undefined
  const { signer, cut, checkpoint } = parsed
  if (typeof checkpoint === 'string') {
    const said = peekAuditStatement(checkpoint)
    return said && { checkpoint: { ...said, statement: checkpoint } }
  }
  if (isSigner(signer)) return { signer }
  if (isCut(cut)) return { cut }
  return rowOf(text, parsed)
}

function rowOf(text: string, { workspace, id, sequence, previous }: Record<string, unknown>) {
  const [, start, hash] = ROW.exec(text) ?? []
  const isRow =
    typeof workspace === 'string' &&
    typeof id === 'string' &&
    Number.isSafeInteger(sequence) &&
    typeof previous === 'string' &&
    HASH.test(previous)
  if (!isRow || start === undefined || hash === undefined) return undefined
  return { row: { workspace, id, sequence: Number(sequence), previous, content: `${start}}`, hash } }
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined
  } catch {
    return undefined
  }
}

function isSigner(value: unknown): value is KnownSigner {
  const { pem, fingerprint } = membersOf(value)
  return typeof pem === 'string' && typeof fingerprint === 'string'
}

function isCut(value: unknown): value is SignedCut {
  const { workspace, first, sequence, hash } = membersOf(value)
  return (
    typeof workspace === 'string' && [first, sequence].every(Number.isSafeInteger) && HASH.test(`${hash}`)
  )
}

const membersOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {}
