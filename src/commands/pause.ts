import type { Command } from 'commander'
import type { Config } from '../config.ts'

/** `lockstep pause` and `lockstep resume`. */
export function addPauseCommands(program: Command, config: Config): void {
  program
    .command('pause')
    .description('let no run begin in the whole instance; hooks are still accepted, and their runs wait')
    .option(
      '--restored',
      'the database was put back by a snapshot or to a point in time, which Lockstep cannot see: what had begun is ended',
    )
    .action(async ({ restored }: { restored?: true }) => {
      const { runPause } = await import('./run-pause.ts')
      return runPause(config, restored === true)
    })
  program
    .command('resume')
    .description('let runs begin again, and make a database that was restored or copied the one that works')
    .option(
      '--end-waiting',
      'after a restore: end the runs that waited in it too, which may have run elsewhere since',
    )
    .action(async ({ endWaiting }: { endWaiting?: true }) => {
      const { runResume } = await import('./run-pause.ts')
      return runResume(config, endWaiting === true)
    })
}
