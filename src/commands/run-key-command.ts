import type { Config } from '../config.ts'
import { recordInstanceEvent } from '../domain/index.ts'
import { AppError } from '../errors.ts'
import type { KeyCommand } from '../keys/key-command.ts'
import { checkReadiness, databaseChecks } from '../store/readiness.ts'
import { operator } from './operator.ts'
import { showProgress } from './progress.ts'
import { type CommandParts, runCommand } from './run-command.ts'

// How long a single query may take, in milliseconds.
const PATIENCE = 30_000

/** Runs a key command on a database that is ready, and ends the process with its exit code. */
export function runKeyCommand(
  name: string,
  config: Config,
  work: (command: KeyCommand) => Promise<number>,
  json: boolean | undefined,
): Promise<never> {
  const command = async (parts: CommandParts) => {
    const { ready, reason } = await checkReadiness(parts.store, databaseChecks, PATIENCE)
    if (!ready) throw new AppError('DATABASE_UNAVAILABLE', `The database is not ready: ${reason}.`)
    const actor = { label: `lockstep keys ${name} (${operator()})` }
    const code = await work({ ...parts, config, actor, progress: showProgress })
    // What it did in a workspace is in the log of that workspace besides.
    const event = { actor, action: `key.${name}`, target: 'instance', detail: { exitCode: code } }
    if (name !== 'list') await recordInstanceEvent(parts.store.em(), event)
    return code
  }
  return runCommand(`keys ${name}`, config, command, { json })
}
