import type { Config } from '../config.ts'
import { error, type Finding, ok } from '../doctor/check.ts'
import { AppError } from '../errors.ts'
import { findPackages } from '../plugin-process/package.ts'
import { pluginNames } from '../processes/plugins.ts'

const listOf = (items: readonly string[] | undefined, all: string): string =>
  items === undefined ? all : items.length === 0 ? 'none' : items.join(', ')

/** What each package of other people's step types may do, as its manifest says. */
export function pluginFindings(config: Config): Finding[] {
  try {
    return findPackages(pluginNames(config)).map(({ name, permissions }) => {
      const { hosts, protocols, environment } = permissions
      const reach = `hosts: ${listOf(hosts, 'any public one')}; protocols: ${listOf(protocols, 'any')}`
      return ok(
        `plugin ${name}`,
        `It may reach ${reach}. It reads the variables: ${listOf(environment, 'none')}.`,
      )
    })
  } catch (thrown) {
    if (thrown instanceof AppError) return [error('plugins', thrown.message)]
    throw thrown
  }
}
