import { resolve } from 'node:path'
import type { Config } from '../config.ts'
import { PLUGIN_VARIABLE } from '../environment.ts'
import type { Logger } from '../log.ts'
import { findHold } from '../plugin-process/launch.ts'
import { findPackages, type PluginPackage } from '../plugin-process/package.ts'
import { PluginHost } from '../plugin-process/plugin-host.ts'
import type { Elsewhere } from '../plugin-process/remote-step-types.ts'
import { checkLocked, checkRange, readLock } from './plugin-lock.ts'

/** How long (milliseconds) the processes of plugins are kept for an API: nobody may save an automation for hours. */
export const PLUGIN_IDLE_MS = 30_000

type Run = Parameters<Elsewhere['run']>
export type Question = Parameters<Elsewhere['ask']>[0]

/** The packages of LOCKSTEP_PLUGINS, by their number. */
export interface Plugins {
  /** The definitions of each, which nobody has checked, with what messages call the package. */
  describe(): Promise<readonly { name: string; source: string; types: readonly unknown[] }[]>
  run(index: number, ...work: Run): Promise<string>
  ask(index: number, question: Question): Promise<unknown>
  close(): Promise<void>
}

/** The plugins of LOCKSTEP_PLUGINS, and those that are locked. @throws AppError INVALID_CONFIG */
export const pluginNames = (config: Config): string[] => [
  ...new Set([...config.plugins, ...readLock().map((it) => it.name)]),
]

/** @throws AppError INVALID_STEP_TYPE when a package is not there, or is not the one that was locked. */
export function openPlugins(config: Config, log: Logger, idleMs?: number): Plugins {
  for (const it of readLock()) checkLocked(it)
  const names = pluginNames(config)
  for (const it of names) checkRange(it)
  const hosts = findPackages(names).map((it) => new PluginHost(it, optionsOf(config, log, idleMs)))
  const hostAt = (index: number): PluginHost => {
    const host = hosts[index]
    if (!host) throw new RangeError('There is no such plugin.')
    return host
  }
  return {
    describe: () =>
      Promise.all(
        hosts.map(async (host) => {
          const types = await host.describe()
          await tellPermissions(host.package, log)
          return { name: host.package.name, source: sourceOf(host.package), types }
        }),
      ),
    run: (index, ...work) => hostAt(index).run(...work),
    ask: (index, question) => hostAt(index).ask(question),
    close: async () => void (await Promise.all(hosts.map((it) => it.close()))),
  }
}

/** Shows the operator what a package may do. */
async function tellPermissions({ name, folder, permissions }: PluginPackage, log: Logger): Promise<void> {
  const { hosts = 'any', protocols = 'any', environment } = permissions
  const { hold: held } = await findHold()
  log.info(
    { plugin: name, folder, hosts, protocols, environment, held },
    'a plugin runs in a process of its own',
  )
}

const sourceOf = ({ name, modules }: PluginPackage): string =>
  modules.length === 1 ? (modules[0]?.name ?? name) : name

function optionsOf(config: Config, log: Logger, idleMs: number | undefined) {
  const { dataFolder, rootKeyFile, rootKeyPassphraseFile, signingKeyFile } = config
  const ofPlugins = Object.entries(process.env).flatMap(([name, path]) =>
    PLUGIN_VARIABLE.test(name) && name.endsWith('_FILE') && path ? [resolve(path)] : [],
  )
  const secretPaths = [dataFolder, rootKeyFile, rootKeyPassphraseFile, signingKeyFile, ...ofPlugins]
  const ended = (plugin: string, why: string) => log.warn({ plugin, why }, 'the process of a plugin ended')
  return { secretPaths: secretPaths.filter((it) => it !== undefined), env: process.env, ended, idleMs }
}
