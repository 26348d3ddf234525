import type { Command } from 'commander'
import type { Config } from '../config.ts'

export function addDoctorCommand(program: Command, config: Config): void {
  program
    .command('doctor')
    .description(
      'check keys, secrets, certificates, database and queue; exit code 1 when something is broken',
    )
    .option('--json', 'print the findings as JSON')
    .action(async ({ json }: { json?: true }) => {
      const { runDoctor } = await import('./run-doctor.ts')
      return runDoctor(config, json === true)
    })
}
