import type { Command } from 'commander'
import type { Config } from '../config.ts'
import { declare } from './facts.ts'

export function addDoctorCommand(program: Command, config: () => Config): void {
  const doctor = program
    .command('doctor')
    .description(
      'check keys, secrets, certificates, database and queue; exit code 1 when something is broken',
    )
    .action(async ({ json }: { json?: true }) => {
      const { runDoctor } = await import('./run-doctor.ts')
      return runDoctor(config(), json === true)
    })
  const finding = { check: 'root key', status: 'ok', message: 'It opens every workspace key.' }
  declare(doctor, { exits: [1, 78, 130], json: { ok: true, findings: [finding] } })
}
