import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Config } from '../config.ts'
import { parseDatabaseUrl } from '../database-url.ts'
import { codePlaces, packageFiles } from '../package-files.ts'
import { modulesAbove, readOptions } from '../plugin-process/readable.ts'
import type { Sensitive } from '../sensitive.ts'
import { LOCK_FILE } from './plugin-lock.ts'

/**
 * The options of Node for the API's process, so that code which an attacker brings into it does not find the root key:
 * it reads the code of Lockstep and of libraries, and what its address of the database names. It writes no file, starts no
 * program and no thread, and loads no native code. A folder that holds the data folder or a key is taken apart, so that
 * these stay out. Nothing here restricts the network.
 */
export function confineApi(config: Config, database: Sensitive): string[] {
  const { dataFolder, rootKeyFile, rootKeyPassphraseFile, signingKeyFile } = config
  const secret = [dataFolder, rootKeyFile, rootKeyPassphraseFile, signingKeyFile].filter(
    (it) => it !== undefined,
  )
  const read = [
    ...codePlaces,
    ...modulesAbove(packageFiles.root),
    resolve(LOCK_FILE),
    ...filesOf(database.reveal()),
  ]
  return [
    '--permission',
    ...ofSomeVersions.filter((it) => process.allowedNodeEnvironmentFlags.has(it)),
    ...readOptions(read, secret),
  ]
}

// Node 24 does not ask its permissions when it opens a file as a database. From 25 on it asks for the network too.
const ofSomeVersions = ['--no-experimental-sqlite', '--allow-net']

/** The certificates and keys that the address of a database names; without a password in it, the file of passwords. */
function filesOf(url: string): string[] {
  const { password = '', searchParams } = URL.parse(parseDatabaseUrl(url).url) ?? {}
  const named = ['sslrootcert', 'sslcert', 'sslkey'].flatMap((it) => searchParams?.get(it) ?? [])
  const passwords = process.env['PGPASSFILE'] ?? join(homedir(), '.pgpass')
  return [...named.map((it) => resolve(it)), ...(password === '' ? [passwords] : [])]
}
