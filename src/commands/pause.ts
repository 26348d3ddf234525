import type { Command } from 'commander'
import type { Config } from '../config.ts'
import { declare, REPORT } from './facts.ts'
import type { PauseOptions, ResumeOptions } from './run-pause.ts'

const FACTS = { exits: [1, 78, 130], json: REPORT } as const

/** `lockstep pause` and `lockstep resume`. */
export function addPauseCommands(program: Command, config: () => Config): void {
  const pause = program
    .command('pause')
    .description('let no run begin in the whole instance; hooks are still accepted, and their runs wait')
    .option(
      '--restored',
      'the database was put back by a snapshot or to a point in time, which Lockstep cannot see: what had begun is ended',
    )
    .action(async (options: PauseOptions) => (await import('./run-pause.ts')).runPause(config(), options))
  const resume = program
    .command('resume')
    .description('let runs begin again, and make a database that was restored or copied the one that works')
    .option(
      '--end-waiting',
      'after a restore: end the runs that waited in it too, which may have run elsewhere since',
    )
    .action(async (options: ResumeOptions) => (await import('./run-pause.ts')).runResume(config(), options))
  declare(pause, FACTS)
  declare(resume, FACTS)
}
