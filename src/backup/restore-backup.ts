import { createHash, type Hash } from 'node:crypto'
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import tar from 'tar-stream'
import { AppError } from '../errors.ts'
import type { BackedTable, TableSession } from '../store/backed-tables.ts'
import type { RootKey } from '../vault/opening.ts'
import { type ByteReader, readBytes } from './byte-reader.ts'
import { decrypt, ENCRYPTED_TYPE } from './encryption.ts'
import {
  HEADER_NAME,
  type Header,
  MANIFEST_NAME,
  type Manifest,
  readHeader,
  readManifest,
  readText,
  refused,
  sha256,
} from './format.ts'

/** An entry of the archive, to be read to its end before the next. */
type Entry = AsyncIterable<Uint8Array> & { header: tar.Header }

/** RFC 8878, section 3.1.1. */
const ZSTANDARD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])
const ENCRYPTED = `{"type":"${ENCRYPTED_TYPE}"`

/** A backup whose header was read, and whose rows are to be loaded. */
export interface OpenBackup {
  header: Header
  /**
   * Loads its rows, and compares them with its manifest.
   *
   * @throws AppError INVALID_CONFIG when it is not whole; the caller then undoes what was loaded.
   */
  load(tables: TableSession): Promise<Manifest['tables']>
}

/**
 * Opens a backup.
 *
 * @param findKey gives the private key for an encrypted one, of one of these certificates.
 * @throws AppError INVALID_CONFIG for what is no backup, or one of a newer Lockstep.
 */
export async function openBackup(
  source: AsyncIterable<Uint8Array>,
  findKey: (certificates: readonly string[]) => Promise<RootKey>,
): Promise<OpenBackup> {
  const entries = readEntries(await decrypted(readBytes(source), findKey))
  const first = await entries.next()
  if (first.done || first.value.header.name !== HEADER_NAME) throw refused('it is no backup of Lockstep.')
  const text = await readText(first.value)
  const header = readHeader(text)
  return { header, load: (tables) => load(tables, header, sha256(text), entries) }
}

async function decrypted(
  bytes: ByteReader,
  findKey: (certificates: readonly string[]) => Promise<RootKey>,
): Promise<AsyncIterable<Uint8Array>> {
  const start = await bytes.peek(ENCRYPTED.length)
  if (start.toString() === ENCRYPTED) return decrypt(bytes, findKey)
  if (start.subarray(0, ZSTANDARD.length).equals(ZSTANDARD)) return bytes.rest()
  throw refused('it is no backup of Lockstep.')
}

/** The entries of the archive, each to be read to its end before the next. */
async function* readEntries(source: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
  const extract = tar.extract()
  const piping = pipeline(source, createZstdDecompress(), async (bytes) => {
    for await (const piece of bytes) if (!extract.write(piece)) await once(extract, 'drain')
    // Its type wants something more to write.
    extract.end(undefined)
  })
  piping.catch((error: Error) => extract.destroy(error))
  try {
    for await (const entry of extract) yield entry as unknown as Entry
  } catch (error) {
    // Of the decompression or of tar: both say it in their own words, about bytes.
    throw error instanceof AppError ? error : refused('it was altered, or its end is missing.', error)
  }
  await piping
}

/** One table while its rows come in. */
interface Loading {
  table: BackedTable
  stream: Writable & { rowCount: number }
  hash: Hash
  bytes: number
}

async function load(
  tables: TableSession,
  header: Header,
  headerHash: string,
  entries: AsyncGenerator<Entry>,
): Promise<Manifest['tables']> {
  const loaded: Manifest['tables'] = []
  let current: Loading | undefined
  let manifest: Manifest | undefined
  const endTable = async () => {
    if (current) loaded.push(await end(current))
    current = undefined
  }
  for await (const entry of entries) {
    if (manifest) throw refused('something stands behind its manifest.')
    if (entry.header.name === MANIFEST_NAME) {
      await endTable()
      manifest = readManifest(await readText(entry))
      continue
    }
    const table = tableOf(entry.header.name, header)
    if (current?.table !== table) {
      await endTable()
      current = begin(tables, table)
    }
    await copyInto(current as Loading, entry)
  }
  if (!manifest) throw refused('its end is missing.')
  compare(manifest, headerHash, header, loaded)
  return manifest.tables
}

const NAME = /^tables\/(\d{2,})-[a-z_]+\/\d+\.copy$/

function tableOf(name: string, header: Header): BackedTable {
  const table = header.tables[Number(NAME.exec(name)?.[1] ?? Number.NaN)]
  if (!table) throw refused('it has an entry that does not belong there.')
  return table
}

function begin(tables: TableSession, table: BackedTable): Loading {
  const stream = tables.write(table)
  // Asked for when the next piece is written, or at the end.
  stream.on('error', () => undefined)
  return { table, stream, hash: createHash('sha256'), bytes: 0 }
}

async function copyInto(loading: Loading, entry: AsyncIterable<Uint8Array>): Promise<void> {
  const { stream, hash } = loading
  for await (const piece of entry) {
    hash.update(piece)
    loading.bytes += piece.length
    if (stream.errored) throw unfit(loading, stream.errored)
    if (!stream.write(piece)) await untilRoom(stream)
  }
}

/** COPY may fail instead of asking for more, which the next look at it shows. */
async function untilRoom(stream: Writable): Promise<void> {
  const waiting = new AbortController()
  const { signal } = waiting
  const either = Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })])
  await either.catch(() => undefined)
  waiting.abort()
}

async function end(loading: Loading): Promise<Manifest['tables'][number]> {
  const { stream, hash, bytes, table } = loading
  stream.end()
  await finished(stream).catch((error: unknown) => {
    throw unfit(loading, error)
  })
  return { name: table.name, rows: stream.rowCount, bytes, sha256: hash.digest('hex') }
}

/** The message of PostgreSQL may quote a row, so only its code is told. */
function unfit({ table }: Loading, cause: unknown): AppError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
  return refused(`the rows of ${table.name} do not fit its table (${code}).`, cause)
}

function compare(
  manifest: Manifest,
  headerHash: string,
  { tables }: Header,
  loaded: readonly Manifest['tables'][number][],
): void {
  const all = manifest.tables.map(({ name }) => name).join() === tables.map(({ name }) => name).join()
  if (manifest.header !== headerHash || !all)
    throw refused('its header and its manifest do not belong together.')
  for (const { name, rows, bytes, sha256: hash } of manifest.tables) {
    const found = loaded.find((it) => it.name === name) ?? { rows: 0, bytes: 0, sha256: sha256('') }
    if (found.rows === rows && found.bytes === bytes && found.sha256 === hash) continue
    throw refused(`the rows of ${name} are not those that were saved.`)
  }
}
