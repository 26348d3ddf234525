import { checkDocument, type DocumentFault } from '../api/check-document.ts'
import { createSchema } from '../api/schema.ts'
import type { Config } from '../config.ts'
import { createRegisteredDocuments, DOCUMENT_SECONDS } from '../domain/index.ts'
import { AppError } from '../errors.ts'
import { type DocumentOfFile, readDocumentFile } from './document-files.ts'
import { operator } from './operator.ts'
import { type CommandParts, runCommand } from './run-command.ts'

/** Registers the documents of files, all or none, and ends the process with its exit code. */
export function runDocumentsAdd(config: Config, files: readonly string[], json: boolean): Promise<never> {
  const work = async ({ store, say }: CommandParts) => {
    const schema = createSchema()
    const read = (await Promise.all(files.map(readDocumentFile))).flat()
    const checked = read.map((it) => ({ ...it, ...checkDocument(schema, it.text) }))
    const faults = checked.flatMap((it) => it.faults.map((fault) => describe(it, fault)))
    if (faults.length > 0) throw new AppError('INVALID_CONFIG', faults.join('\n'))
    const documents = [
      ...new Map(checked.map(({ hash, name, text }) => [hash, { hash, name, text }])).values(),
    ]
    const added = await createRegisteredDocuments(store).add(`lockstep documents (${operator()})`, documents)
    for (const { hash, name } of documents)
      say(`sha256:${hash} ${name}${added.has(hash) ? '' : ': was registered before'}`)
    return 0
  }
  return runCommand('documents', config, work, { json })
}

/** Lists what is registered, and which documents the API no longer takes. */
export function runDocumentsList(config: Config, json: boolean): Promise<never> {
  const work = async ({ store, say }: CommandParts) => {
    const schema = createSchema()
    const documents = (await createRegisteredDocuments(store).list()).map(({ text, ...it }) => {
      const [fault] = checkDocument(schema, text).faults
      return { ...it, bytes: Buffer.byteLength(text), problem: fault ? withPlace(fault) : null }
    })
    if (json) say(JSON.stringify({ documents }))
    else
      for (const { hash, name, problem } of documents)
        say(`sha256:${hash} ${name}${problem ? `: ${problem}` : ''}`)
    return 0
  }
  return runCommand('documents', config, work, { json: json && 'failures' })
}

/** Removes documents, all or none. @param hashes with or without `sha256:`. */
export function runDocumentsRemove(config: Config, hashes: readonly string[], json: boolean): Promise<never> {
  const work = async ({ store, say }: CommandParts) => {
    const bare = [...new Set(hashes.map((it) => it.replace(/^sha256:/, '').toLowerCase()))]
    await createRegisteredDocuments(store).remove(`lockstep documents (${operator()})`, bare)
    for (const it of bare) say(`sha256:${it} is refused within ${DOCUMENT_SECONDS} seconds.`)
    return 0
  }
  return runCommand('documents', config, work, { json })
}

const withPlace = ({ message, line, column }: DocumentFault): string =>
  line === undefined ? message : `line ${line}, column ${column}: ${message}`

const describe = ({ place }: DocumentOfFile, fault: DocumentFault): string => `${place}: ${withPlace(fault)}`
