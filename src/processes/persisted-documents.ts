import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { PersistedDocuments } from '../api/persisted-documents.ts'
import { AppError } from '../errors.ts'

// Generated with the web app's code, which contains the same hashes.
const generated = fileURLToPath(new URL('../../web/src/gql/persisted-documents.json', import.meta.url))

/**
 * Reads the documents of the web app. Without the file there are none.
 *
 * @throws AppError INVALID_CONFIG when no other documents are accepted.
 */
export async function readPersistedDocuments(only: boolean, file = generated): Promise<PersistedDocuments> {
  try {
    const documents = JSON.parse(await readFile(file, 'utf8')) as Record<string, string>
    return { documents: new Map(Object.entries(documents)), only }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    if (!only) return { documents: new Map(), only }
    const advice = 'Run `npm run generate`, or take LOCKSTEP_PERSISTED_ONLY away.'
    throw new AppError('INVALID_CONFIG', `There is no ${file}: no document could be taken. ${advice}`)
  }
}
