import type { Command } from 'commander'
import type { Config } from '../config.ts'
import { declare, REPORT } from './facts.ts'
import type { BackupOptions } from './run-backup.ts'
import type { RestoreOptions } from './run-restore.ts'

const FACTS = { exits: [1, 78, 130], json: REPORT } as const

/** `lockstep backup` and `lockstep restore`, which need no programs of PostgreSQL. */
export function addBackupCommands(program: Command, config: () => Config): void {
  const backup = program
    .command('backup')
    .description('write everything into a file while the instance works; the root key is not in it')
    .argument('<file>', '- for standard output')
    .option('--encrypt', 'for the recovery certificates: only their keys open the file')
    .action(async (file: string, options: BackupOptions) => {
      const { runBackup } = await import('./run-backup.ts')
      return runBackup(config(), file, options)
    })
  const restore = program
    .command('restore')
    .description('load a backup into an empty database, which is paused until `lockstep resume`')
    .argument('<file>', '- for standard input')
    .option(
      '--key <file>',
      'for an encrypted backup: the private key of a recovery certificate, PEM or PKCS#12',
    )
    .option('--passphrase-file <file>', 'its passphrase')
    .action(async (file: string, options: RestoreOptions) => {
      const { runRestore } = await import('./run-restore.ts')
      return runRestore(config(), file, options)
    })
  declare(backup, FACTS)
  declare(restore, FACTS)
}
