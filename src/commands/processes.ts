import { type Command, Option } from 'commander'
import type { Config } from '../config.ts'
import type { Logger } from '../log.ts'
import { SUPERVISED } from '../supervisor.ts'
import { declare } from './facts.ts'
import { demo, develop, migrateDatabase, runProcess, serve, start } from './run-process.ts'

// Its log is on standard output, and says more than one object could.
const LOG = { exits: [1, 78], json: 'The log is JSON Lines.' } as const

/** The commands that run a process of Lockstep until it is told to end. */
export function addProcessCommands(program: Command, config: () => Config): void {
  const run = (role: string, work: (settings: Config, log: Logger) => Promise<number>) => {
    const settings = config()
    return runProcess(role, settings, (log) => work(settings, log))
  }
  declare(
    program
      .command('start')
      .description('run everything on this machine: database (unless DATABASE_URL is set), API and worker')
      .action(() => run('start', start)),
    LOG,
  )
  declare(
    program
      .command('api')
      .description('run the API alone, against DATABASE_URL')
      .addOption(supervised())
      .action(() =>
        run('api', (settings, log) =>
          serve('api', settings, async () => (await import('../processes/api.ts')).startApi, log),
        ),
      ),
    LOG,
  )
  declare(
    program
      .command('worker')
      .description('run a worker alone, against DATABASE_URL')
      .addOption(supervised())
      .action(() =>
        run('worker', (settings, log) =>
          serve('worker', settings, async () => (await import('../processes/worker.ts')).startWorker, log),
        ),
      ),
    LOG,
  )
  declare(
    program
      .command('demo')
      .description('show the main job from start to finish on a throw-away instance')
      .option('--exit', 'end afterwards instead of leaving the web app running')
      .action(({ exit }: { exit?: true }) => run('demo', () => demo(exit === true))),
    { exits: [1, 78], json: 'None: it is for people.' },
  )
  declare(
    program
      .command('dev')
      .description('for work on Lockstep itself: run everything, and start again what has changed')
      .action(() => run('dev', develop)),
    LOG,
  )
  declare(
    program
      .command('migrate')
      .description("bring the database's schema up to date")
      .option('--wait', 'wait for a database that cannot be reached yet')
      .addOption(supervised())
      .action(({ wait }: { wait?: true }) =>
        run('migrate', (settings, log) => migrateDatabase(settings, log, wait === true)),
      ),
    LOG,
  )
}

/** Of a process that `lockstep start` has started, which then tells why it could not do its work. */
const supervised = (): Option => new Option(SUPERVISED, 'tell the process that started this one').hideHelp()
