import { readFile } from 'node:fs/promises'
import { AppError } from '../errors.ts'
import { packageFiles } from '../package-files.ts'

/**
 * Reads the documents of the web app, which contains the same hashes. Without the file there are none.
 *
 * @param only whether texts are refused. @throws AppError INVALID_CONFIG when there is no file, and texts are refused.
 */
export async function readPersistedDocuments(
  only: boolean,
  file: string = packageFiles.documents,
): Promise<ReadonlyMap<string, string>> {
  try {
    const documents = JSON.parse(await readFile(file, 'utf8')) as Record<string, string>
    return new Map(Object.entries(documents))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    if (!only) return new Map()
    const advice = 'Run `npm run generate`, or take LOCKSTEP_PERSISTED_ONLY away.'
    throw new AppError('INVALID_CONFIG', `There is no ${file}: no document could be taken. ${advice}`)
  }
}
