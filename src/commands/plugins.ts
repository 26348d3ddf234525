import type { Command } from 'commander'

/** `lockstep plugins`: which step types of others run here. It needs no database. */
export function addPluginCommands(program: Command): void {
  const plugins = program
    .command('plugins')
    .description(
      'the packages of step types that every start loads, locked to what they were when they were added',
    )
  plugins
    .command('add <name>')
    .description('lock an installed package, or a module by its path, to its version and its files')
    .action(async (name: string) => (await load()).addPlugin(name))
  plugins
    .command('list')
    .description('the locked plugins, and whether their files are still the same')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: true }) => (await load()).listPlugins(json === true))
  plugins
    .command('remove <name>')
    .description('load it no more; npm keeps the package')
    .action(async (name: string) => (await load()).removePlugin(name))
}

const load = () => import('./run-plugins.ts')
