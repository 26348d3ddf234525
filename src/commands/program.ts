import { Command } from 'commander'
import type { Config } from '../config.ts'
import { addAuditCommands } from './audit.ts'
import { addAutomationCommands } from './automations.ts'
import { addBackupCommands } from './backup.ts'
import { addCompletionsCommand } from './completions.ts'
import { addDoctorCommand } from './doctor.ts'
import { addDocumentCommands } from './documents.ts'
import { leavesOf } from './facts.ts'
import { endingOf } from './help.ts'
import { addKeyCommands } from './keys.ts'
import { addLoginCommands } from './login.ts'
import { addMemberCommands } from './members.ts'
import { addPauseCommands } from './pause.ts'
import { addPluginCommands } from './plugins.ts'
import { addProcessCommands } from './processes.ts'
import { addRunCommands } from './runs.ts'
import { addSecretCommands } from './secrets.ts'
import { addTokenCommands } from './tokens.ts'
import { addWorkspaceCommands } from './workspaces.ts'

/**
 * The one table of commands: help, completions, the page of the commands and their tests are made from it. What a command
 * does is imported when it runs. Loading all of it takes seconds, which `--help` need not wait for.
 *
 * @param config reads the settings when a command needs them.
 * @returns what throws a CommanderError for help and for a command that is not written as it has to be.
 */
export function createProgram(config: () => Config): Command {
  const program = new Command('lockstep')
    .description('The secret store for workflow automations: steps use a secret, nobody reads it back.')
    .showHelpAfterError()
    .exitOverride()
  addProcessCommands(program, config)
  addLoginCommands(program, config)
  addSecretCommands(program, config)
  addAutomationCommands(program, config)
  addRunCommands(program, config)
  addTokenCommands(program, config)
  addMemberCommands(program, config)
  addWorkspaceCommands(program, config)
  addAuditCommands(program, config)
  addBackupCommands(program, config)
  addPauseCommands(program, config)
  addKeyCommands(program, config)
  addDocumentCommands(program, config)
  addPluginCommands(program)
  addDoctorCommand(program, config)
  addCompletionsCommand(program)
  for (const [, leaf] of leavesOf(program)) leaf.addHelpText('after', () => endingOf(leaf))
  return program
}
