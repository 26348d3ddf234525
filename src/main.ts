import { Command } from 'commander'
import { readConfig } from './config.ts'
import { AppError } from './errors.ts'
import { createLogger, type Logger } from './log.ts'
import { type RunningProcess, startApi } from './processes/api.ts'
import { databaseUrl } from './processes/database.ts'
import { startInstance } from './processes/start.ts'
import { startWorker } from './processes/worker.ts'
import { migrate } from './store/migrate.ts'
import { announceReady, configurationExitCode, onParentGone } from './supervisor.ts'

const program = new Command('lockstep')
  .description('The secret store for workflow automations: steps use a secret, nobody reads it back.')
  .showHelpAfterError()

program
  .command('start')
  .description('run everything on this machine: database (unless DATABASE_URL is set), API and worker')
  .action(() => run('start', (log) => start(log)))
program
  .command('api')
  .description('run the API alone, against DATABASE_URL')
  .action(() => run('api', (log) => serve('api', startApi, log)))
program
  .command('worker')
  .description('run a worker alone, against DATABASE_URL')
  .action(() => run('worker', (log) => serve('worker', startWorker, log)))
program
  .command('migrate')
  .description("bring the database's schema up to date")
  .action(() => run('migrate', async (log) => migrate(await databaseUrl(config), log)))

const config = loadConfig()
await program.parseAsync()

function loadConfig() {
  try {
    return readConfig(process.env)
  } catch (error) {
    process.stderr.write(
      `lockstep: ${error instanceof AppError ? error.message : 'the configuration is broken'}\n`,
    )
    process.exit(configurationExitCode)
  }
}

/** Runs a command and ends the process with the code that tells what went wrong. */
async function run(role: string, command: (log: Logger) => Promise<number | void>): Promise<void> {
  const log = createLogger(config.logLevel, role)
  // Whatever a step left behind must not end the worker, and its message may hold a value.
  process.on('unhandledRejection', (err) => log.error({ err }, 'unhandled rejection'))
  try {
    process.exitCode = (await command(log)) ?? 0
  } catch (error) {
    log.fatal({ err: error }, `${role} ended`)
    if (error instanceof AppError) process.stderr.write(`lockstep: ${error.message}\n`)
    process.exitCode = error instanceof AppError && isLasting(error) ? configurationExitCode : 1
  }
  // Nothing of ours is left to wait for; a step that ignores its signal may still hold a timer or a socket.
  process.exit()
}

/** What another start would only run into again. */
const isLasting = ({ code }: AppError): boolean =>
  code === 'INVALID_CONFIG' || code === 'INVALID_STEP_TYPE' || code === 'KEY_MISMATCH'

async function start(log: Logger): Promise<number> {
  const asked = whenAskedToStop()
  const instance = await startInstance(config, log, (role) => {
    if (role === 'api') log.info(`Lockstep runs at ${config.publicUrl}`)
  })
  const code = await Promise.race([instance.ended, asked])
  await instance.stop()
  return code
}

async function serve(
  role: string,
  open: (settings: typeof config, log: Logger) => Promise<RunningProcess>,
  log: Logger,
): Promise<number> {
  const asked = whenAskedToStop()
  const running = await open(config, log)
  announceReady({ port: running.port })
  const code = await asked
  log.info(`${role} stops`)
  await running.stop()
  return code
}

function whenAskedToStop(): Promise<number> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve(0))
    process.once('SIGTERM', () => resolve(0))
    onParentGone(() => resolve(0))
  })
}
