import builtIn from '../../plugins/index.ts'
import { AppError } from '../errors.ts'
import { createRegistry, fromModule, type Registry } from '../steps/index.ts'
import { shareSteps } from './plugin-imports.ts'
import { checkLocked, checkRange, locatePlugin, readLock } from './plugin-lock.ts'

/**
 * The built-in step types, those of LOCKSTEP_PLUGINS, and those that are locked: paths or packages, relative to the working
 * directory.
 *
 * @throws AppError INVALID_STEP_TYPE naming the module and the reason: a broken plugin stops the start.
 */
export async function loadStepTypes(named: readonly string[]): Promise<Registry> {
  const locked = readLock()
  for (const it of locked) checkLocked(it)
  const plugins = [...new Set([...named, ...locked.map((it) => it.name)])]
  for (const it of plugins) checkRange(it)
  if (plugins.length > 0) shareSteps()
  const loaded = await Promise.all(plugins.map(async (name) => fromModule(name, await importDefault(name))))
  return createRegistry([...fromModule('lockstep', builtIn), ...loaded.flat()])
}

async function importDefault(name: string): Promise<unknown> {
  try {
    const module: { default?: unknown } = await import(locatePlugin(name))
    return module.default
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it threw something that is no error'
    throw new AppError('INVALID_STEP_TYPE', `The plugin ${name} cannot be loaded: ${reason}`, {
      cause: error,
    })
  }
}
