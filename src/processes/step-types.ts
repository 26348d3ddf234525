import builtIn from '../../plugins/index.ts'
import type { Config } from '../config.ts'
import { PLUGIN_VARIABLE } from '../environment.ts'
import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import { isRecord } from '../plugin-process/read-message.ts'
import { remoteStepType } from '../plugin-process/remote-step-types.ts'
import { configureRegistry, createRegistry, fromModule, type Registry } from '../steps/index.ts'
import { asksParent, parentPlugins } from './parent-plugins.ts'
import { readConfigurations } from './plugin-configuration.ts'
import { openPlugins, type Plugins, pluginNames } from './plugins.ts'

export interface LoadedStepTypes {
  registry: Registry
  /** The packages of others, with the definitions as their processes describe them. */
  packages: Awaited<ReturnType<Plugins['describe']>>
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
  const plugins =
    pluginNames(config).length === 0
      ? undefined
      : asksParent()
        ? parentPlugins()
        : openPlugins(config, log, idleMs)
  try {
    const packages = (await plugins?.describe()) ?? []
    const types = [...fromModule('lockstep', builtIn), ...(plugins ? remoteTypes(plugins, packages) : [])]
    return { registry: createRegistry(types), packages, close: async () => plugins?.close() }
  } catch (error) {
    await plugins?.close()
    throw error
  }
}

/**
 * The same for a process that runs steps: with what the operator has set for each package.
 *
 * @param env the variables; those of plugins are taken out, so that no dump of it shows them.
 * @throws AppError INVALID_CONFIG with a line for every variable that is missing, wrong or misspelt.
 */
export async function loadConfiguredStepTypes(
  config: Config,
  log: Logger,
  env: NodeJS.ProcessEnv,
): Promise<LoadedStepTypes> {
  const loaded = await loadStepTypes(config, log)
  const packages = loaded.packages.map(({ name, types }) => {
    const own = new Set(types.map(typeIn))
    return { name, types: loaded.registry.list().filter((it) => own.has(it.type)) }
  })
  const { configured, problems } = readConfigurations(packages, env)
  for (const name of Object.keys(env)) if (PLUGIN_VARIABLE.test(name)) delete env[name]
  if (problems.length === 0) return { ...loaded, registry: configureRegistry(loaded.registry, configured) }
  await loaded.close()
  throw new AppError('INVALID_CONFIG', problems.join('\n'))
}

/** The name of a step type as its process describes it. */
const typeIn = (described: unknown): unknown =>
  isRecord(described) && isRecord(described['definition']) ? described['definition']['type'] : undefined

function remoteTypes(plugins: Plugins, packages: LoadedStepTypes['packages']): readonly unknown[] {
  return packages.flatMap(({ source, types }, index) => {
    const elsewhere = {
      run: (...work: Parameters<Plugins['run']> extends [number, ...infer Rest] ? Rest : never) =>
        plugins.run(index, ...work),
      ask: (question: Parameters<Plugins['ask']>[1]) => plugins.ask(index, question),
    }
    return types.flatMap((it) => fromModule(source, remoteStepType(it, elsewhere)))
  })
}
