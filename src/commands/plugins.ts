import type { Command } from 'commander'
import { declare, REPORT } from './facts.ts'

const EXITS = [78] as const
interface Json {
  json?: true
}

/** `lockstep plugins`: which step types of others run here. It needs no database. */
export function addPluginCommands(program: Command): void {
  const plugins = program
    .command('plugins')
    .description(
      'the packages of step types that every start loads, locked to what they were when they were added',
    )
  const add = plugins
    .command('add')
    .argument('<name>', 'of the package, or the path of the module')
    .description('lock an installed package, or a module by its path, to its version and its files')
    .action(async (name: string, { json }: Json) => (await load()).addPlugin(name, json === true))
  const list = plugins
    .command('list')
    .description('the locked plugins, and whether their files are still the same')
    .action(async ({ json }: Json) => (await load()).listPlugins(json === true))
  const remove = plugins
    .command('remove')
    .argument('<name>', 'as it is listed')
    .description('load it no more; npm keeps the package')
    .action(async (name: string, { json }: Json) => (await load()).removePlugin(name, json === true))
  const plugin = { name: 'my-step', version: '1.0.0', integrity: 'sha512-…', problem: null }
  declare(add, { exits: EXITS, json: REPORT })
  declare(list, { exits: EXITS, json: { plugins: [plugin] } })
  declare(remove, { exits: EXITS, json: REPORT })
}

const load = () => import('./run-plugins.ts')
