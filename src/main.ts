import { CommanderError } from 'commander'
import { USAGE } from './commands/exit-codes.ts'
import { createProgram } from './commands/program.ts'
import { errorOf, failureLine } from './commands/report.ts'
import { type Config, readConfig, removeKeySecrets } from './config.ts'
import { AppError } from './errors.ts'
import { CONFIGURATION_EXIT_CODE } from './supervisor.ts'
import { readVariableFiles } from './variable-files.ts'

let config: Config | undefined

try {
  await createProgram(() => {
    config ??= loadConfig()
    return config
  }).parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  // Help that was asked for has 0. Commander has printed what is wrong.
  process.exitCode = error.exitCode === 0 ? 0 : USAGE
  if (process.exitCode === USAGE) sayAsJson(USAGE, { code: 'BAD_USER_INPUT', message: error.message })
}

function loadConfig(): Config {
  try {
    readVariableFiles(process.env)
    const read = readConfig(process.env)
    removeKeySecrets(process.env)
    return read
  } catch (error) {
    process.stderr.write(
      `lockstep: ${error instanceof AppError ? error.message : 'the configuration is broken'}\n`,
    )
    sayAsJson(CONFIGURATION_EXIT_CODE, errorOf(error))
    process.exit(CONFIGURATION_EXIT_CODE)
  }
}

/** Before a command runs, nobody but this file knows that JSON was asked for. */
function sayAsJson(exitCode: number, failure: Parameters<typeof failureLine>[1]): void {
  if (process.argv.includes('--json')) process.stdout.write(failureLine(exitCode, failure))
}
