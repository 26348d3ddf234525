import { readFile } from 'node:fs/promises'
import type { PersistedDocuments } from '../api/persisted-documents.ts'
import { AppError } from '../errors.ts'
import { packageFiles } from '../package-files.ts'

/**
 * Reads the documents of the web app, which contains the same hashes. Without the file there are none.
 *
 * @throws AppError INVALID_CONFIG when no other documents are accepted.
 */
export async function readPersistedDocuments(
  only: boolean,
  file: string = packageFiles.documents,
): Promise<PersistedDocuments> {
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
