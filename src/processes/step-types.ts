import builtIn from '../../plugins/index.ts'
import type { Config } from '../config.ts'
import type { Logger } from '../log.ts'
import { remoteStepType } from '../plugin-process/remote-step-types.ts'
import { createRegistry, fromModule, type Registry } from '../steps/index.ts'
import { asksParent, parentPlugins } from './parent-plugins.ts'
import { openPlugins, type Plugins, pluginNames } from './plugins.ts'

export interface LoadedStepTypes {
  registry: Registry
  close(): Promise<void>
}

/**
 * The built-in step types, those of LOCKSTEP_PLUGINS, and those that are locked: paths or packages, relative to the working
 * directory. The code of these is loaded in a process for each package.
 *
 * @param idleMs after so long (milliseconds) without work, the process of a package ends until it is needed again.
 * @throws AppError INVALID_STEP_TYPE naming the module and the reason: a broken plugin stops the start.
 */
export async function loadStepTypes(config: Config, log: Logger, idleMs?: number): Promise<LoadedStepTypes> {
  const own = fromModule('lockstep', builtIn)
  if (pluginNames(config).length === 0) return { registry: createRegistry(own), close: async () => undefined }
  const plugins = asksParent() ? parentPlugins() : openPlugins(config, log, idleMs)
  try {
    return { registry: createRegistry([...own, ...(await remoteTypes(plugins))]), close: plugins.close }
  } catch (error) {
    await plugins.close()
    throw error
  }
}

async function remoteTypes(plugins: Plugins): Promise<readonly unknown[]> {
  const packages = await plugins.describe()
  return packages.flatMap(({ source, types }, index) => {
    const elsewhere = {
      run: (...work: Parameters<Plugins['run']> extends [number, ...infer Rest] ? Rest : never) =>
        plugins.run(index, ...work),
      ask: (question: Parameters<Plugins['ask']>[1]) => plugins.ask(index, question),
    }
    return types.flatMap((it) => fromModule(source, remoteStepType(it, elsewhere)))
  })
}
