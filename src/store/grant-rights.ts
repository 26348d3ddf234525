import { readFile } from 'node:fs/promises'
import { packageFiles } from '../package-files.ts'
import type { Sensitive } from '../sensitive.ts'
import { connectionTo } from './connection.ts'

/**
 * Gives the roles `lockstep_api` and `lockstep_worker` their rights: exactly what docs/database-roles.sql says, for that
 * file is what runs. It is one transaction.
 *
 * @param url the owner's.
 */
export async function grantRights(url: Sensitive): Promise<void> {
  const options = connectionTo(url)
  const client = new options.Client(options)
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(await readFile(packageFiles.databaseRoles, 'utf8'))
  } finally {
    await client.end()
  }
}
