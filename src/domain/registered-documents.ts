import { LRUCache } from 'lru-cache'
import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { recordForAll } from '../store/pause.ts'
import { statement } from '../store/statements.ts'
import type { Store } from '../store/store.ts'

/** Documents of one instance at most. An app has a few hundred. */
export const MOST_DOCUMENTS = 5000
/** How long (seconds) a process goes by what it has read of a document. */
export const DOCUMENT_SECONDS = 2

// Of the texts that a process keeps (characters), and of hashes, also of those that are unknown.
const MAX_CHARACTERS = 4 * 1024 * 1024
const MAX_HASHES = 10_000

export interface RegisteredDocument {
  /** The SHA-256 of the text in UTF-8, as 64 hexadecimal digits. */
  hash: string
  /** The names of its operations. */
  name: string
  text: string
}

export interface ListedDocument extends RegisteredDocument {
  createdAt: Date
}

/** The GraphQL documents of an instance that were registered for apps of others. */
export interface RegisteredDocuments {
  /** The text of a document. What was added or removed is noticed within {@link DOCUMENT_SECONDS}. */
  find(hash: string): Promise<string | undefined>
  /** By name. */
  list(): Promise<ListedDocument[]>
  /** @returns the hashes that were new. @throws AppError LIMIT_REACHED */
  add(actor: string, documents: readonly RegisteredDocument[]): Promise<Set<string>>
  /** Removes all of them or none. @throws AppError NOT_FOUND */
  remove(actor: string, hashes: readonly string[]): Promise<void>
}

const HASH = /^[0-9a-f]{64}$/
const finding = statement('select text from registered_document where hash = $1')

export function createRegisteredDocuments(store: Store): RegisteredDocuments {
  // An unknown hash is kept too, so that a client that repeats it costs no statement each time.
  const found = new LRUCache<string, { text: string | undefined }>({
    max: MAX_HASHES,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: ({ text = '' }) => text.length + 1,
    ttl: DOCUMENT_SECONDS * 1000,
    fetchMethod: async (hash) => ({ text: (await store.read<{ text: string }>(finding, [hash]))[0]?.text }),
  })
  return {
    find: async (hash) => (HASH.test(hash) ? (await found.fetch(hash))?.text : undefined),
    list: async () => {
      const rows = await store
        .em()
        .execute<(RegisteredDocument & { createdAt: string })[]>(
          'select hash, name, text, created_at as "createdAt" from registered_document order by name, hash',
        )
      return rows.map((it) => ({ ...it, createdAt: new Date(it.createdAt) }))
    },
    add: (actor, documents) => add(store, actor, documents),
    remove: (actor, hashes) => remove(store, actor, hashes),
  }
}

function add(store: Store, actor: string, documents: readonly RegisteredDocument[]): Promise<Set<string>> {
  return store.inTransaction(async (tx) => {
    const given = JSON.stringify(documents)
    const added = await tx.execute<Omit<RegisteredDocument, 'text'>[]>(
      `insert into registered_document (hash, name, text, created_at)
       select hash, name, text, ? from json_to_recordset(?) as it (hash text, name text, text text)
       on conflict (hash) do nothing returning hash, name`,
      [databaseTime(), given],
    )
    const [row] = await tx.execute<{ count: number }[]>(
      'select count(*)::int as count from registered_document',
    )
    if ((row?.count ?? 0) > MOST_DOCUMENTS) {
      const advice = 'Remove those that no app sends any more.'
      throw new AppError('LIMIT_REACHED', `An instance has at most ${MOST_DOCUMENTS} documents. ${advice}`)
    }
    if (added.length > 0)
      await recordForAll(tx, { actor, action: 'document.add', detail: { documents: added.map(label) } })
    return new Set(added.map(({ hash }) => hash))
  })
}

function remove(store: Store, actor: string, hashes: readonly string[]): Promise<void> {
  return store.inTransaction(async (tx) => {
    const removed = await tx.execute<Omit<RegisteredDocument, 'text'>[]>(
      'delete from registered_document where hash in (select json_array_elements_text(?)) returning hash, name',
      [JSON.stringify(hashes)],
    )
    const missing = hashes.find((it) => !removed.some(({ hash }) => hash === it))
    if (missing !== undefined)
      throw new AppError('NOT_FOUND', `No document ${missing} is registered. Nothing was removed.`)
    await recordForAll(tx, { actor, action: 'document.remove', detail: { documents: removed.map(label) } })
  })
}

const label = ({ hash, name }: Omit<RegisteredDocument, 'text'>): string => `sha256:${hash} ${name}`
