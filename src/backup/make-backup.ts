import { createHash } from 'node:crypto'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdCompress } from 'node:zlib'
import tar from 'tar-stream'
import { AppError } from '../errors.ts'
import type { BackedTable, TableSession } from '../store/backed-tables.ts'
import type { Certificate } from '../vault/sealing.ts'
import { encryptFor } from './encryption.ts'
import {
  FIRST_RESTORABLE,
  FORMAT,
  HEADER_NAME,
  type Header,
  MANIFEST_NAME,
  type Manifest,
  sha256,
} from './format.ts'

// The rows of a table stand in entries of about this size (bytes), because an entry of tar says first how long it is.
const ENTRY_BYTES = 4 * 1024 * 1024

export interface BackupOptions {
  /** Of this Lockstep. */
  version: string
  createdAt: Date
  /** Whom it is encrypted for; an empty list: it is not encrypted. */
  certificates: readonly Certificate[]
  stopping: AbortSignal
}

/**
 * Writes a backup: a tar archive, compressed with Zstandard, perhaps encrypted. It has no private key, neither the root key
 * nor one that opens without it.
 *
 * @returns what it has, by table.
 * @throws AppError DATABASE_UNAVAILABLE when nothing is there, INVALID_CONFIG when its schema is older than backups.
 */
export async function makeBackup(
  tables: TableSession,
  target: Writable,
  options: BackupOptions,
): Promise<Manifest['tables']> {
  const { version, createdAt, certificates, stopping } = options
  const migrations = await readMigrations(tables)
  const header: Header = {
    format: FORMAT,
    lockstep: version,
    createdAt: createdAt.toISOString(),
    migrations,
    tables: await tables.tables(),
  }
  const archive = tar.pack()
  const writing = write(archive, tables, header).catch((error: Error) => {
    archive.destroy(error)
    throw error
  })
  const compressed = createZstdCompress()
  const packed = archive as AsyncIterable<Uint8Array>
  const signal = { signal: stopping }
  const piping =
    certificates.length === 0
      ? pipeline(packed, compressed, target, signal)
      : pipeline(packed, compressed, (source) => encryptFor(certificates, source), target, signal)
  const [manifest] = await Promise.all([writing, piping])
  return manifest
}

async function readMigrations(tables: TableSession): Promise<string[]> {
  const migrations = await tables.migrations()
  if (migrations.length === 0) {
    throw new AppError(
      'DATABASE_UNAVAILABLE',
      'This database has no Lockstep in it: there is nothing to back up.',
    )
  }
  if (migrations.includes(FIRST_RESTORABLE)) return migrations
  throw new AppError(
    'INVALID_CONFIG',
    'The schema of this database is older than backups: none of it could be restored. Save it with `pg_dump`, or run ' +
      '`lockstep migrate` first.',
  )
}

async function write(archive: tar.Pack, tables: TableSession, header: Header): Promise<Manifest['tables']> {
  const text = JSON.stringify(header, undefined, 2)
  await addEntry(archive, HEADER_NAME, Buffer.from(text))
  const manifest: Manifest = { header: sha256(text), tables: [] }
  for (const [index, table] of header.tables.entries())
    manifest.tables.push(await writeTable(archive, tables, table, index))
  await addEntry(archive, MANIFEST_NAME, Buffer.from(JSON.stringify(manifest, undefined, 2)))
  archive.finalize()
  return manifest.tables
}

async function writeTable(
  archive: tar.Pack,
  tables: TableSession,
  table: BackedTable,
  index: number,
): Promise<Manifest['tables'][number]> {
  const hash = createHash('sha256')
  let [rows, bytes, entry, length] = [0, 0, 0, 0]
  let pieces: Buffer[] = []
  const flush = async () => {
    if (length === 0) return
    const number = String(++entry).padStart(6, '0')
    await addEntry(
      archive,
      `tables/${String(index).padStart(2, '0')}-${table.name}/${number}.copy`,
      Buffer.concat(pieces),
    )
    pieces = []
    length = 0
  }
  for await (const piece of tables.read(table) as AsyncIterable<Buffer>) {
    hash.update(piece)
    bytes += piece.length
    // Within a row the format writes a line break as two characters.
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) rows++
    pieces.push(piece)
    length += piece.length
    if (length >= ENTRY_BYTES) await flush()
  }
  await flush()
  return { name: table.name, rows, bytes, sha256: hash.digest('hex') }
}

/** Resolves when the archive has taken it, so that no more is held than one entry. */
function addEntry(archive: tar.Pack, name: string, content: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const entry = archive.entry({ name, size: content.length, mode: 0o600 }, (error) =>
      error ? reject(error) : resolve(),
    )
    entry.end(content)
  })
}
