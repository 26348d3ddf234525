import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import builtIn from '../../plugins/index.ts'
import { AppError } from '../errors.ts'
import { createRegistry, fromModule, type Registry } from '../steps/index.ts'
import { shareSteps } from './plugin-imports.ts'
import { isPath } from './plugin-path.ts'

/**
 * The built-in step types and those of LOCKSTEP_PLUGINS: paths or packages, relative to the working directory.
 *
 * @throws AppError INVALID_STEP_TYPE naming the module and the reason: a broken plugin stops the start.
 */
export async function loadStepTypes(plugins: readonly string[]): Promise<Registry> {
  if (plugins.length > 0) shareSteps()
  const loaded = await Promise.all(plugins.map(async (name) => fromModule(name, await importDefault(name))))
  return createRegistry([...fromModule('lockstep', builtIn), ...loaded.flat()])
}

async function importDefault(name: string): Promise<unknown> {
  try {
    const module: { default?: unknown } = await import(locate(name))
    return module.default
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it threw something that is no error'
    throw new AppError('INVALID_STEP_TYPE', `The plugin ${name} cannot be loaded: ${reason}`, {
      cause: error,
    })
  }
}

function locate(name: string): string {
  if (isPath(name)) return pathToFileURL(resolve(name)).href
  const require = createRequire(pathToFileURL(resolve('package.json')))
  return pathToFileURL(require.resolve(name)).href
}
