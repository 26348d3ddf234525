import { type Command, Option } from 'commander'
import type { Config } from '../config.ts'
import { API_EXITS, apiGroup, runApiCommand } from './api-command.ts'
import { declare } from './facts.ts'
import type { ApplyOptions, ExportOptions } from './run-automations.ts'

/** `lockstep automations`: automations as a file that is kept with other code. */
export function addAutomationCommands(program: Command, config: () => Config): void {
  const group = apiGroup(
    program,
    'automations',
    'list, export and apply automations: a YAML or JSON file, which names secrets and has no value',
  )
  const list = group
    .command('list')
    .description('print the name, the id and the time of the last change of each automation')
    .action((_options: object, command: Command) =>
      runApiCommand(command, config, async (session) => (await load()).listThem(session)),
    )
  const write = group
    .command('export')
    .description('write automations as a file that `apply` reads')
    .argument('[name...]', 'names or ids; without any, all')
    .addOption(new Option('--format <format>', 'of the file').choices(['yaml', 'json']).default('yaml'))
    .option('--output <file>', 'write it there; without it to standard output')
    .action((names: string[], options: ExportOptions, command: Command) =>
      runApiCommand(command, config, async (session) => (await load()).exportThem(session, names, options)),
    )
  const apply = group
    .command('apply')
    .description('make the automations of the workspace as a file says; it shows what changes, and asks')
    .argument('<file>', 'YAML or JSON, or - for standard input, which needs --yes')
    .option('--yes', 'ask nothing')
    .option('--dry-run', 'only say what would change: exit code 2 if something would, 0 if nothing would')
    .option('--prune', 'delete automations that the file does not have')
    .addHelpText('after', APPLY_HELP)
    .action((file: string, options: ApplyOptions, command: Command) =>
      runApiCommand(command, config, async (session) => (await load()).applyFile(session, file, options)),
    )
  const listed = { id: 'acme:…', name: 'Charge', steps: 3, updatedAt: '2026-11-27T12:00:00.000Z' }
  const applied = {
    applied: true,
    automations: [{ name: 'Charge', action: 'update' }],
    missingSecrets: ['API_KEY'],
  }
  declare(list, { exits: API_EXITS, json: { automations: [listed] } })
  declare(write, { exits: API_EXITS, json: 'The file itself, with --format json.' })
  declare(apply, { exits: [...API_EXITS, 2], json: applied })
}

const load = () => import('./run-automations.ts')

const APPLY_HELP =
  '\nAn entry is the automation of its id, or else of its name. One that is there already stays itself, with its runs and\n' +
  'its hook. Applied twice, a file changes nothing the second time. Each automation is changed as a whole or not at all.'
