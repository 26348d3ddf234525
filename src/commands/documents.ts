import type { Command } from 'commander'
import type { Config } from '../config.ts'
import { declare, REPORT } from './facts.ts'

const EXITS = [1, 78, 130] as const

interface Json {
  json?: true
}

/** `lockstep documents`: GraphQL documents of apps that others wrote. */
export function addDocumentCommands(program: Command, config: () => Config): void {
  const documents = program
    .command('documents')
    .description('the GraphQL documents of other apps that the API takes by their SHA-256')
  const add = documents
    .command('add')
    .argument('<file...>', 'a document (.graphql), or a list of them (.json)')
    .description('register the documents of an app, if all of them are valid in the schema of this version')
    .action(async (files: string[], { json }: Json) =>
      (await load()).runDocumentsAdd(config(), files, json === true),
    )
  const list = documents
    .command('list')
    .description('the registered documents, and which of them are not valid any more')
    .action(async ({ json }: Json) => (await load()).runDocumentsList(config(), json === true))
  const remove = documents
    .command('remove')
    .argument('<hash...>', 'as they are listed')
    .description('take these documents no more')
    .action(async (hashes: string[], { json }: Json) =>
      (await load()).runDocumentsRemove(config(), hashes, json === true),
    )
  const hash = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9'
  const createdAt = '2026-11-28T12:00:00.000Z'
  declare(add, { exits: EXITS, json: REPORT })
  declare(list, {
    exits: EXITS,
    json: { documents: [{ hash, name: 'Secrets', createdAt, bytes: 120, problem: null }] },
  })
  declare(remove, { exits: EXITS, json: REPORT })
}

const load = () => import('./run-documents.ts')
