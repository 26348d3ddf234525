import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { AppError } from '../errors.ts'

/** A document, and what to call its place. */
export interface DocumentOfFile {
  /** The path of the file; of a list of documents, with the hash. */
  place: string
  hash: string
  text: string
}

/**
 * Reads the documents of a file: one, or those of a list in JSON. A list is what GraphQL Code Generator (client preset) and
 * Relay write, `{ "HASH": "TEXT" }`, or a persisted query manifest of Apollo.
 *
 * @throws AppError INVALID_CONFIG
 */
export async function readDocumentFile(file: string): Promise<DocumentOfFile[]> {
  const text = decode(file, await readFile(file).catch((error: unknown) => refuse(file, whyUnread(error))))
  if (!file.endsWith('.json')) return [{ place: file, hash: hashOf(text), text }]
  const list = listIn(file, text)
  if (list.length === 0) return refuse(file, 'it has no documents')
  return list.map(([given, document]) => {
    const [hash, place] = [given.replace(/^sha256:/, '').toLowerCase(), `${file} (${given})`]
    // Somebody who trusts a hash must get the text that it is of.
    if (hash !== hashOf(document)) refuse(place, 'this is not the SHA-256 of the text beside it')
    return { place, hash, text: document }
  })
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

function decode(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return refuse(file, 'it is no text in UTF-8')
  }
}

function listIn(file: string, text: string): [hash: string, text: string][] {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    return refuse(file, 'it is no JSON')
  }
  const { operations = read } = Object(read) as { operations?: unknown }
  const entries = Array.isArray(operations)
    ? operations.map((it: { id?: unknown; body?: unknown } | null): [unknown, unknown] => [it?.id, it?.body])
    : Object.entries(Object(operations) as object)
  return entries.map(([hash, document]) => {
    if (typeof hash === 'string' && typeof document === 'string') return [hash, document]
    return refuse(file, 'it is no list of documents: neither { "HASH": "TEXT" } nor a manifest of Apollo')
  })
}

const whyUnread = (error: unknown): string =>
  `it cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'})`

function refuse(place: string, why: string): never {
  throw new AppError('INVALID_CONFIG', `${place}: ${why}.`)
}
