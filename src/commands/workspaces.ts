import type { Command } from 'commander'
import type { Config } from '../config.ts'
import { API_EXITS, apiGroup, runApiCommand } from './api-command.ts'
import { declare } from './facts.ts'

/** `lockstep workspaces`: those that the caller is in, and deleting one. */
export function addWorkspaceCommands(program: Command, config: () => Config): void {
  const group = apiGroup(program, 'workspaces', 'list the workspaces that you are in, and delete one')
  const load = () => import('./run-workspaces.ts')
  const list = group
    .command('list')
    .description('print the id, your role in it and the name of each workspace')
    .action((_options: object, command: Command) =>
      runApiCommand(command, config, async (session) => (await load()).listWorkspaces(session)),
    )
  const remove = group
    .command('delete')
    .description('delete a workspace for everybody in it: its keys are destroyed, and nobody can undo it')
    .argument('<workspace>', 'its id or its name')
    .requiredOption('--confirm <name>', 'its name, typed once more')
    .addHelpText('after', DELETE_HELP)
    .action((wanted: string, { confirm }: { confirm: string }, command: Command) =>
      runApiCommand(command, config, async (session) =>
        (await load()).deleteWorkspace(session, wanted, confirm),
      ),
    )
  const workspace = { id: 'acme', name: 'Acme' }
  declare(list, { exits: API_EXITS, json: { workspaces: [{ ...workspace, role: 'ADMIN' }] } })
  declare(remove, { exits: API_EXITS, json: { ...workspace, deleted: true } })
}

const DELETE_HELP =
  '\nOnly an admin who has signed in (`lockstep login`) deletes a workspace, and no API token. Secrets, automations, runs, files,\n' +
  'members and API tokens are gone at once. A worker destroys the keys within a minute. The audit log stays with the operator,\n' +
  'the id stays taken, and backups from before have their own copy of the keys.'
