import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AppError } from '../errors.ts'
import { parseHostPattern } from '../host-pattern.ts'

/** What a package says that it needs, under `lockstep` in its package.json. */
export interface Permissions {
  /** Hosts that its steps call, as a policy names them: `api.example.com`, `*.example.com`. Undefined: any. */
  readonly hosts?: readonly string[]
  /** `http`, and `tcp` for connections of its own by `lookup`. Undefined: both. */
  readonly protocols?: readonly string[]
  /** Names of the variables of the worker's environment that it gets. */
  readonly environment: readonly string[]
}

/** The modules of LOCKSTEP_PLUGINS that lie in one package: they share a process. */
export interface PluginPackage {
  /** As the package names itself, or else as LOCKSTEP_PLUGINS names its module. */
  readonly name: string
  /** Where its package.json is; without one, where the module is. */
  readonly folder: string
  readonly modules: readonly { readonly name: string; readonly file: string }[]
  readonly permissions: Permissions
}

/** Whether a plugin is named by its path, and not as a package. */
const isPath = (name: string): boolean => /^(?:\.{0,2}\/|[A-Za-z]:[\\/]|\.{1,2}\\)/.test(name)

/** The file of a plugin, by its path or by the name of a package, relative to the working directory. */
export function locatePlugin(name: string): string {
  const require = createRequire(pathToFileURL(resolve('package.json')))
  return realpathSync(require.resolve(isPath(name) ? resolve(name) : name))
}

/**
 * The packages of these modules, in their order.
 *
 * @param plugins as LOCKSTEP_PLUGINS names them.
 * @throws AppError INVALID_STEP_TYPE naming the module, when it is not there or its manifest cannot be read.
 */
export function findPackages(plugins: readonly string[]): PluginPackage[] {
  const found = new Map<string, PluginPackage>()
  for (const name of plugins) {
    const module = { name, file: locate(name) }
    const folder = folderOf(dirname(module.file))
    const id = folder ?? module.file
    const known = found.get(id)
    if (known) found.set(id, { ...known, modules: [...known.modules, module] })
    else found.set(id, { ...readManifest(name, folder, module.file), modules: [module] })
  }
  return [...found.values()]
}

function locate(name: string): string {
  try {
    return locatePlugin(name)
  } catch (cause) {
    const where = isPath(name) ? resolve(name) : `the packages of ${resolve('.')}`
    throw refused(name, `it is not in ${where}, or exports nothing that can be imported`, cause)
  }
}

/** The nearest folder above with a package.json. */
function folderOf(folder: string): string | undefined {
  if (existsSync(join(folder, 'package.json'))) return folder
  const above = dirname(folder)
  return above === folder ? undefined : folderOf(above)
}

function readManifest(plugin: string, folder: string | undefined, file: string) {
  if (folder === undefined) return { name: plugin, folder: dirname(file), permissions: { environment: [] } }
  let manifest: unknown
  try {
    manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  } catch (cause) {
    throw refused(plugin, `its package.json cannot be read`, cause)
  }
  const { name, lockstep = {} } = (manifest ?? {}) as { name?: unknown; lockstep?: unknown }
  const permissions = readPermissions(plugin, lockstep)
  return { name: typeof name === 'string' && name !== '' ? name : plugin, folder, permissions }
}

const known = ['hosts', 'protocols', 'environment']

function readPermissions(plugin: string, given: unknown): Permissions {
  const wrong = (why: string) => refused(plugin, `"lockstep" in its package.json ${why}`)
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw wrong('has to be an object')
  for (const [name, value] of Object.entries(given)) {
    if (!known.includes(name)) throw wrong(`knows no ${name}: it may have ${known.join(', ')}`)
    if (!Array.isArray(value) || !value.every((it) => typeof it === 'string')) {
      throw wrong(`has ${name} that are no list of texts`)
    }
  }
  const { hosts, protocols, environment = [] } = given as Partial<Permissions>
  const host = hosts?.find((it) => !isHostPattern(it))
  if (host !== undefined)
    throw wrong(`names the host ${host}, which is none: write api.example.com or *.example.com`)
  const protocol = protocols?.find((it) => it !== 'http' && it !== 'tcp')
  if (protocol !== undefined) throw wrong(`names the protocol ${protocol}: there are http and tcp`)
  // Stops a package from asking for the root key by its name.
  const ours = environment.find((it) => /^(?:LOCKSTEP_|DATABASE_URL$|PG|AWS_|NODE_)/i.test(it))
  if (ours !== undefined)
    throw wrong(`asks for the variable ${ours}, which may lead to the keys or the database of Lockstep`)
  return { ...(hosts && { hosts }), ...(protocols && { protocols }), environment }
}

function isHostPattern(text: string): boolean {
  try {
    parseHostPattern(text)
    return true
  } catch {
    return false
  }
}

function refused(plugin: string, why: string, cause?: unknown): AppError {
  return new AppError('INVALID_STEP_TYPE', `The plugin ${plugin} cannot be loaded: ${why}.`, { cause })
}
