import { CommanderError } from 'commander'
import { USAGE } from './commands/exit-codes.ts'
import { createProgram } from './commands/program.ts'
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
    process.exit(CONFIGURATION_EXIT_CODE)
  }
}
