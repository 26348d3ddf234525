import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { createLogger, type Logger } from '../log.ts'
import { databaseForCommand } from '../processes/database.ts'
import { Releasers } from '../processes/releasers.ts'
import type { Sensitive } from '../sensitive.ts'
import { describeSkew, measureClock, TOLD_SKEW } from '../store/clock-watch.ts'
import { openStore, type Store } from '../store/store.ts'
import { CONFIGURATION_EXIT_CODE, onParentGone } from '../supervisor.ts'
import { INTERRUPTED } from './exit-codes.ts'
import { createReport, errorOf, failureLine, type Report } from './report.ts'

/** The parts that a command which ends by itself works with. */
export interface CommandParts {
  store: Store
  url: Sensitive
  log: Logger
  stopping: AbortSignal
  /** Tells the operator on standard output. */
  say: Report['say']
}

interface CommandWays {
  json?: boolean | 'failures' | undefined
  onFailure?: (failure: unknown) => number | undefined
  openDatabase?: (log: Logger, undo: Releasers) => Promise<Sensitive>
}

const usual = (config: Config) => (log: Logger, undo: Releasers) => databaseForCommand(config, log, undo)

/**
 * Runs a command on the database and ends the process with its exit code: 78 for a fault that another try would
 * meet again. Its log goes to standard error, so that standard output has only its answer.
 *
 * @param ways.json prints what it says as one object; `failures`: only why it failed, for a command that prints its own object.
 * @param ways.onFailure reports the error in the command's own way and returns the exit code; undefined for the usual way.
 * @param ways.openDatabase gives another database than that of every command.
 */
export async function runCommand(
  name: string,
  config: Config,
  command: (parts: CommandParts) => Promise<number>,
  { json = false, onFailure = () => undefined, openDatabase = usual(config) }: CommandWays = {},
): Promise<never> {
  const level = config.logLevel === 'info' ? 'warn' : config.logLevel
  const log = createLogger(level, name, process.stderr)
  const stopping = whenAskedToStop()
  const undo = new Releasers()
  const report = createReport(json === true)
  let code = 1
  let failure: unknown
  try {
    const url = await openDatabase(log, undo)
    const store = await openStore(url, 4)
    undo.add(() => store.close())
    await tellSkew(store)
    code = await command({ store, url, log, stopping, say: report.say })
  } catch (error) {
    failure = error
    code = stopping.aborted ? INTERRUPTED : (onFailure(error) ?? explain(error, log))
    if (stopping.aborted) process.stderr.write('Stopped. Run the command again to go on.\n')
  }
  if (json === 'failures' && failure !== undefined) process.stdout.write(failureLine(code, errorOf(failure)))
  report.end(code, failure)
  await undo.release().catch((err: unknown) => log.warn({ err }, 'the command could not clean up'))
  process.exit(code)
}

/** What the command stores has the database's time. A database that is away is the command's own to tell. */
async function tellSkew(store: Store): Promise<void> {
  const skew = await measureClock(store).catch(() => 0)
  if (Math.abs(skew) > TOLD_SKEW) process.stderr.write(`lockstep: ${describeSkew(skew)}.\n`)
}

function explain(error: unknown, log: Logger): number {
  // A foreign error may quote a value, so the log shows only its code.
  if (!(error instanceof AppError)) log.fatal({ err: error }, 'the command failed')
  else process.stderr.write(`lockstep: ${error.message}\n`)
  const lasting = error instanceof AppError && ['INVALID_CONFIG', 'KEY_MISMATCH'].includes(error.code)
  return lasting ? CONFIGURATION_EXIT_CODE : 1
}

/** Aborts when the operator ends the command. A second request ends the process at once. */
function whenAskedToStop(): AbortSignal {
  const controller = new AbortController()
  const stop = () => controller.abort()
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  onParentGone(stop)
  return controller.signal
}
