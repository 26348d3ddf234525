import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { logLeftBehind } from '../executor/console.ts'
import { createLogger, type Logger } from '../log.ts'
import type { RunningProcess } from '../processes/api.ts'
import { untilAskedToStop } from '../processes/stop-request.ts'
import { announceFailure, announceReady, CONFIGURATION_EXIT_CODE, SUPERVISED } from '../supervisor.ts'

/** Runs a command and ends the process with its exit code. */
export async function runProcess(
  role: string,
  config: Config,
  command: (log: Logger) => Promise<number>,
): Promise<void> {
  const log = createLogger(config.logLevel, role)
  surviveSteps(log)
  try {
    process.exitCode = await command(log)
  } catch (error) {
    if (error instanceof AppError) await tellFailure(error, role, log)
    else log.fatal({ err: error }, `${role} ended`)
    process.exitCode = error instanceof AppError && isLasting(error) ? CONFIGURATION_EXIT_CODE : 1
  }
  // Our own work has ended. A step that ignores its signal may still hold a timer or a socket.
  process.exit()
}

/** Says once what is wrong: to the supervisor, which logs it, or else on standard error. */
async function tellFailure({ code, message }: AppError, role: string, log: Logger): Promise<void> {
  if (process.argv.includes(SUPERVISED)) return announceFailure(message)
  process.stderr.write(`lockstep: ${message}\n`)
  log.fatal({ code }, `${role} ended`)
}

/** An error that a step left behind must not end the worker. Node would print it as it is, with values in it. */
function surviveSteps(log: Logger): void {
  process.on('unhandledRejection', (err) => {
    if (!logLeftBehind(err)) log.error({ err }, 'unhandled rejection')
  })
  process.on('uncaughtException', (err) => {
    if (logLeftBehind(err)) return
    log.fatal({ err }, 'an error that nobody expected')
    process.exit(1)
  })
}

/** Whether another start would meet the same error again. */
function isLasting({ code }: AppError): boolean {
  return code === 'INVALID_CONFIG' || code === 'INVALID_STEP_TYPE' || code === 'KEY_MISMATCH'
}

export async function start(config: Config, log: Logger): Promise<number> {
  const { asked, stopping, hurried } = untilAskedToStop()
  const onReady = () => log.info(`Lockstep runs at ${config.publicUrl}`)
  const { startInstance } = await import('../processes/start.ts')
  const instance = await unless(stopping, startInstance(config, log, onReady, stopping))
  if (!instance) return asked
  void hurried.then(() => instance.kill())
  const code = await Promise.race([instance.ended, asked])
  await instance.stop()
  return code
}

export async function develop(config: Config, log: Logger): Promise<number> {
  const { asked, stopping, hurried } = untilAskedToStop()
  void hurried.then((code) => process.exit(code))
  const { startDevelopment } = await import('../processes/dev.ts')
  const running = await unless(stopping, startDevelopment(config, log, stopping))
  await asked
  await running?.stop()
  return 0
}

export async function migrateDatabase(config: Config, log: Logger, wait: boolean): Promise<number> {
  const { asked, stopping, hurried } = untilAskedToStop()
  void hurried.then((code) => process.exit(code))
  const { databaseUrl, waitForDatabase } = await import('../processes/database.ts')
  const { migrate } = await import('../store/migrate.ts')
  const url = await databaseUrl(config, 'owner')
  // A migration that has begun is brought to its end.
  if (
    wait &&
    !(await unless(
      stopping,
      waitForDatabase(url, log, stopping).then(() => true),
    ))
  )
    return asked
  const words = 'a second signal ends it at once, and it goes on where it was when it is started again'
  void asked.then(() => log.info(`the migration is brought to its end; ${words}`))
  await migrate(url, log)
  if (config.distribute === 'citus') await (await import('../store/distribute.ts')).distribute(url, log)
  // The roles of another database are its owner's business.
  if (!config.databaseUrl) await (await import('../store/grant-rights.ts')).grantRights(url)
  return 0
}

export async function demo(exit: boolean): Promise<number> {
  const { asked, hurried } = untilAskedToStop()
  void hurried.then((code) => process.exit(code))
  const say = (line: string) => void process.stdout.write(`${line}\n`)
  const { runDemo } = await import('../processes/demo.ts')
  try {
    await runDemo(say, exit ? undefined : asked)
    return 0
  } catch (error) {
    // The instance is thrown away with its only secret, so its errors may be shown completely.
    say(`✗ ${error instanceof Error ? error.message : 'The demo failed.'}`)
    return 1
  }
}

type Open = (settings: Config, log: Logger, stopping: AbortSignal) => Promise<RunningProcess>

export async function serve(
  role: string,
  config: Config,
  load: () => Promise<Open>,
  log: Logger,
): Promise<number> {
  const { asked, stopping, hurried } = untilAskedToStop()
  void hurried.then((code) => process.exit(code))
  const { giveBackWhenIdle, leaveGarbageYoung } = await import('../processes/idle-memory.ts')
  leaveGarbageYoung()
  const open = await load()
  const running = await unless(stopping, open(config, log, stopping))
  if (!running) return asked
  giveBackWhenIdle()
  void running.ready.then(() => announceReady({ port: running.port }))
  try {
    return await Promise.race([asked, ...(running.lost ? [running.lost] : [])])
  } finally {
    log.info(`${role} stops; a second signal ends it at once`)
    await running.stop()
  }
}

/** The started thing; `undefined` when the start failed because it was told to stop. */
async function unless<T>(stopping: AbortSignal, starting: Promise<T>): Promise<T | undefined> {
  return starting.catch((error: unknown) => {
    if (stopping.aborted) return undefined
    throw error
  })
}
