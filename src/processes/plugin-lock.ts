import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import satisfies from 'semver/functions/satisfies.js'
import { AppError } from '../errors.ts'
import { packageFiles } from '../package-files.ts'
import { isPath } from './plugin-path.ts'

/** Lies in the working directory, beside the package.json with which npm installed the plugins. */
export const LOCK_FILE = 'lockstep-plugins.json'

export interface LockedPlugin {
  /** A package, or the path of a module. */
  readonly name: string
  readonly version: string
  /** SHA-512 over the names and contents of the package's files. */
  readonly integrity: string
}

interface Manifest {
  version?: string
  engines?: Record<string, string>
  peerDependencies?: Record<string, string>
}

/** The plugins that `lockstep plugins add` has locked. @throws AppError INVALID_CONFIG when the file is none of ours. */
export function readLock(): LockedPlugin[] {
  let text: string
  try {
    text = readFileSync(LOCK_FILE, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  try {
    const { plugins } = JSON.parse(text) as { plugins: LockedPlugin[] }
    if (plugins.every((it) => [it.name, it.version, it.integrity].every((part) => typeof part === 'string')))
      return plugins
  } catch {
    // The same words as for a list of something else.
  }
  throw new AppError('INVALID_CONFIG', `${LOCK_FILE} cannot be read. Remove it, and add the plugins again.`)
}

export function writeLock(plugins: readonly LockedPlugin[]): void {
  writeFileSync(LOCK_FILE, `${JSON.stringify({ plugins }, null, 2)}\n`)
}

/** The URL of a plugin's module. @throws when there is none. */
export function locatePlugin(name: string): string {
  if (isPath(name)) return pathToFileURL(resolve(name)).href
  return pathToFileURL(createRequire(pathToFileURL(resolve('package.json'))).resolve(name)).href
}

/** What a plugin is now. @throws AppError INVALID_STEP_TYPE when it is not installed or belongs to no package. */
export function describePlugin(name: string): LockedPlugin {
  const folder = folderOf(name)
  if (folder === undefined) {
    const advice = isPath(name)
      ? 'Give a module in a folder with a package.json.'
      : `Run "npm install ${name}".`
    throw new AppError('INVALID_STEP_TYPE', `The plugin ${name} is not installed here. ${advice}`)
  }
  const { version = '0.0.0' } = readManifest(folder)
  return { name, version, integrity: hashOf(folder) }
}

/**
 * Refuses a plugin that says it works with other versions of Lockstep only.
 *
 * @throws AppError INVALID_STEP_TYPE
 */
export function checkRange(name: string): void {
  const folder = folderOf(name)
  if (folder === undefined) return
  const { engines, peerDependencies } = readManifest(folder)
  const range = engines?.['lockstep'] ?? peerDependencies?.['@lockstep/steps']
  const { version } = JSON.parse(readFileSync(packageFiles.manifest, 'utf8')) as { version: string }
  if (range === undefined || satisfies(version, range)) return
  const advice = 'Install a version of the plugin for it, or another version of Lockstep.'
  throw new AppError(
    'INVALID_STEP_TYPE',
    `The plugin ${name} works with Lockstep ${range}, and this is ${version}. ${advice}`,
  )
}

/**
 * Stops code from running that is not what an operator has added: a package that was replaced afterwards.
 *
 * @throws AppError INVALID_STEP_TYPE
 */
export function checkLocked(locked: LockedPlugin): void {
  const { version, integrity } = describePlugin(locked.name)
  if (integrity === locked.integrity) return
  const found = version === locked.version ? `other files under the same version ${version}` : version
  throw new AppError(
    'INVALID_STEP_TYPE',
    `The plugin ${locked.name} is locked to ${locked.version}, and installed is ${found}. ` +
      `If you have changed it, run "lockstep plugins add ${locked.name}".`,
  )
}

/** The folder of the plugin's package; undefined when there is none. */
function folderOf(name: string): string | undefined {
  try {
    let folder = dirname(realpathSync(new URL(locatePlugin(name))))
    for (;;) {
      if (readdirSync(folder).includes('package.json')) return folder
      if (dirname(folder) === folder) return undefined
      folder = dirname(folder)
    }
  } catch {
    return undefined
  }
}

const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

/** What other packages hold is npm's lock's business; hidden files are no code, and the API may not read them. */
function hashOf(folder: string): string {
  const hash = createHash('sha512')
  for (const file of filesBelow(folder)) {
    const content = readFileSync(file)
    hash.update(`${relative(folder, file).split(sep).join('/')}\0${content.length}\0`).update(content)
  }
  return `sha512-${hash.digest('base64')}`
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((it) => it.name !== 'node_modules' && !it.name.startsWith('.') && it.name !== LOCK_FILE)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((it) => (it.isDirectory() ? filesBelow(join(folder, it.name)) : [join(folder, it.name)]))
}
