import { createHash } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { BackedTable } from '../store/backed-tables.ts'

/** The version of the format. A program reads its own and older ones. */
export const FORMAT = 1
export const HEADER_NAME = 'lockstep-backup.json'
export const MANIFEST_NAME = 'manifest.json'
/** The first schema whose instance can be paused, as it is after a restore. A program of before made no backups. */
export const FIRST_RESTORABLE = 'Migration20261127140825_instance_identity'
// Header and manifest are read whole (bytes).
const MAX_JSON = 1024 * 1024

/** The first entry of a backup: what it has, and what it needs. */
export interface Header {
  format: number
  /** Of the Lockstep that made it. */
  lockstep: string
  /** When its snapshot was taken, by the database's clock. */
  createdAt: string
  /** The schema of its rows. */
  migrations: string[]
  /** In the order in which they can be loaded. */
  tables: BackedTable[]
}

/** The last entry: without it a backup is not whole. */
export interface Manifest {
  /** SHA-256 of the header's text, hex. */
  header: string
  tables: { name: string; rows: number; bytes: number; sha256: string }[]
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

export const refused = (reason: string, cause?: unknown): AppError =>
  new AppError('INVALID_CONFIG', `This backup cannot be restored: ${reason} Nothing was changed.`, { cause })

/** @throws AppError INVALID_CONFIG */
export function readHeader(text: string): Header {
  const header = parse(text)
  if (typeof header !== 'object' || header === null || !('format' in header))
    throw refused('its header is malformed.')
  const { format, lockstep, migrations, tables, createdAt } = header as Partial<Header>
  if (typeof format === 'number' && format > FORMAT) {
    const made = typeof lockstep === 'string' ? ` (${lockstep.slice(0, 40)})` : ''
    throw refused(
      `a newer Lockstep${made} made it, in format ${format}. Restore it with that version or a newer one.`,
    )
  }
  const isWhole =
    format === FORMAT &&
    typeof lockstep === 'string' &&
    typeof createdAt === 'string' &&
    isTexts(migrations) &&
    Array.isArray(tables) &&
    tables.every((it: Partial<BackedTable> | null) => typeof it?.name === 'string' && isTexts(it.columns))
  if (!isWhole) throw refused('its header is malformed.')
  return header as Header
}

/** @throws AppError INVALID_CONFIG */
export function readManifest(text: string): Manifest {
  const manifest = parse(text) as Partial<Manifest> | null
  if (typeof manifest?.header !== 'string' || !Array.isArray(manifest.tables))
    throw refused('its manifest is malformed.')
  return manifest as Manifest
}

/** The text of a small entry. @throws AppError INVALID_CONFIG when it is not small. */
export async function readText(entry: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of entry) {
    length += chunk.length
    if (length > MAX_JSON) throw refused('its header or its manifest is too long.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((it) => typeof it === 'string')

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refused('its header or its manifest is malformed.')
  }
}
