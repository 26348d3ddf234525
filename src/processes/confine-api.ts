import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import type { Config } from '../config.ts'
import { parseDatabaseUrl } from '../database-url.ts'
import { codePlaces, packageFiles } from '../package-files.ts'
import type { Sensitive } from '../sensitive.ts'
import { LOCK_FILE, readLock } from './plugin-lock.ts'
import { isPath } from './plugin-path.ts'

/**
 * The options of Node for the API's process, so that code which an attacker brings into it does not find the root key:
 * it reads the code of Lockstep, of libraries and of plugins, and what its address of the database names. It writes no
 * file, starts no program and no thread, and loads no native code. A folder that holds the data folder or a key is taken
 * apart, so that these stay out. Nothing here restricts the network.
 */
export function confineApi(config: Config, database: Sensitive): string[] {
  const { dataFolder, rootKeyFile, rootKeyPassphraseFile, signingKeyFile } = config
  const secret = [dataFolder, rootKeyFile, rootKeyPassphraseFile, signingKeyFile]
    .filter((it) => it !== undefined)
    .flatMap((it) => [it, realPath(it)])
  const read = [
    ...codePlaces,
    ...modulesAbove(packageFiles.root),
    resolve(LOCK_FILE),
    ...[...config.plugins, ...readLock().map((it) => it.name)].flatMap(foldersOf),
    ...filesOf(database.reveal()),
  ]
  const allowed = new Set(read.flatMap((it) => [it, realPath(it)]).flatMap((it) => withoutSecret(it, secret)))
  return [
    '--permission',
    ...ofSomeVersions.filter((it) => process.allowedNodeEnvironmentFlags.has(it)),
    ...[...allowed].map((it) => `--allow-fs-read=${it}`),
  ]
}

// Node 24 does not ask its permissions when it opens a file as a database. From 25 on it asks for the network too.
const ofSomeVersions = ['--no-experimental-sqlite', '--allow-net']

/** Where a module in this folder finds others. */
function modulesAbove(folder: string): string[] {
  const above = dirname(folder)
  const here = join(folder, 'node_modules')
  return [...(existsSync(here) ? [here] : []), ...(above === folder ? [] : modulesAbove(above))]
}

/** The folders of a plugin: its package but for hidden files, which may hold settings, and those of what it imports. */
function foldersOf(plugin: string): string[] {
  const file = locate(plugin)
  // The API says itself that it does not find the plugin.
  if (file === undefined) return []
  const folder = dirname(file)
  const shown = packageAround(folder).filter((it) => !it.split(sep).at(-1)?.startsWith('.'))
  return [folder, ...shown, ...modulesAbove(folder), ...modulesAbove(process.cwd())]
}

function locate(plugin: string): string | undefined {
  try {
    return realPath(isPath(plugin) ? resolve(plugin) : createRequire(resolve('package.json')).resolve(plugin))
  } catch {
    return undefined
  }
}

/** What is in the folder of the package that a folder belongs to. */
function packageAround(folder: string): string[] {
  const entries = entriesOf(folder)
  if (entries.includes('package.json')) return entries.map((it) => join(folder, it))
  return dirname(folder) === folder ? [] : packageAround(dirname(folder))
}

/** The certificates and keys that the address of a database names; without a password in it, the file of passwords. */
function filesOf(url: string): string[] {
  const { password = '', searchParams } = URL.parse(parseDatabaseUrl(url).url) ?? {}
  const named = ['sslrootcert', 'sslcert', 'sslkey'].flatMap((it) => searchParams?.get(it) ?? [])
  const passwords = process.env['PGPASSFILE'] ?? join(homedir(), '.pgpass')
  return [...named.map((it) => resolve(it)), ...(password === '' ? [passwords] : [])]
}

/** What may be read of a file or a folder: all of it, or its parts that hold nothing secret. */
function withoutSecret(path: string, secret: readonly string[]): string[] {
  const folder = path.endsWith(`${sep}*`) ? dirname(path) : path
  if (secret.some((it) => folder === it || folder.startsWith(join(it, sep)))) return []
  if (!secret.some((it) => it.startsWith(join(folder, sep)))) return [path]
  return entriesOf(folder).flatMap((it) => withoutSecret(join(folder, it), secret))
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Where a path leads, as far as it exists. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const above = dirname(path)
    return above === path ? path : join(realPath(above), path.slice(join(above, sep).length))
  }
}
