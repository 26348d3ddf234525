import { type Command, InvalidArgumentError } from 'commander'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import type { KeyCommand } from '../keys/key-command.ts'
import type { RecoverOptions } from '../keys/recover.ts'
import type { RotateRootOptions } from '../keys/rotate-root.ts'

const leaveUnreadable = [
  '--leave-unreadable',
  'go on although some workspace keys do not open; they stay as they are',
] as const

/** `lockstep keys …`. Every command may be ended at any moment, and continues when it is run again. */
export function addKeyCommands(program: Command, config: Config): void {
  const keys = program.command('keys').description('look after the keys that everything is sealed with')
  const run = async (name: string, work: (command: KeyCommand) => Promise<number>) => {
    const { runKeyCommand } = await import('./run-key-command.ts')
    return runKeyCommand(name, config, work)
  }
  keys
    .command('list')
    .description('say which keys there are')
    .action(() => run('list', async (it) => (await import('../keys/list-keys.ts')).listKeys(it)))
  keys
    .command('rotate-root')
    .description('replace the root key; workers go on meanwhile. Run again, it goes on where it was')
    .option('--to <file>', 'the new key is in FILE, or is made there, and you put it in its place')
    .option('--wait <seconds>', 'how long to wait for workers to take the new key up', readSeconds, 20)
    .option('--force', 'finish although running workers hold only the other key')
    .option('--cancel', 'take back a rotation that has not ended')
    .option(...leaveUnreadable)
    .action(({ cancel, ...options }: RotateRootOptions & { cancel?: true }) =>
      run('rotate-root', async (it) => {
        const { cancelRotation } = await import('../keys/cancel-rotation.ts')
        const { rotateRoot } = await import('../keys/rotate-root.ts')
        return cancel ? cancelRotation(it, options.force === true) : rotateRoot(it, options)
      }),
    )
  keys
    .command('rotate-workspace')
    .description('give a workspace a new key and seal its secrets with it')
    .argument('[id]', "the workspace's id")
    .option('--all', 'every workspace whose key is more than an hour old')
    .action((id: string | undefined, { all }: { all?: true }) =>
      run('rotate-workspace', async (it) => {
        const { rotateWorkspaces } = await import('../keys/rotate-workspace.ts')
        return rotateWorkspaces(it, chooseWorkspace(id, all === true))
      }),
    )
  keys
    .command('seal-policies')
    .description('seal in where each value may go, for values that were sealed without it')
    .action(() =>
      run('seal-policies', async (it) => (await import('../keys/seal-policies.ts')).sealPolicies(it)),
    )
  keys
    .command('add-recovery')
    .description('seal every workspace key for a recovery certificate too')
    .argument('<certificate>', 'a PEM file: RSA, 2048 bits or more')
    .action((file: string) =>
      run('add-recovery', async (it) => {
        const { addRecovery } = await import('../keys/recovery-certificates.ts')
        return addRecovery(it, file)
      }),
    )
  keys
    .command('remove-recovery')
    .description('take a recovery certificate out of every workspace key')
    .argument('<fingerprint>', 'or the first 8 characters or more of it')
    .action((fingerprint: string) =>
      run('remove-recovery', async (it) => {
        const { removeRecovery } = await import('../keys/recovery-certificates.ts')
        return removeRecovery(it, fingerprint)
      }),
    )
  keys
    .command('recover')
    .description('make a new root key for a database whose root key is lost')
    .requiredOption('--key <file>', 'the private key of a recovery certificate: PEM or PKCS#12')
    .option('--passphrase-file <file>', 'its passphrase; - for standard input')
    .option(...leaveUnreadable)
    .action((options: RecoverOptions) =>
      run('recover', async (it) => (await import('../keys/recover.ts')).recover(it, options)),
    )
}

function readSeconds(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It is a whole number of seconds.')
}

function chooseWorkspace(id: string | undefined, all: boolean): string | undefined {
  if ((id !== undefined) !== all) return id
  throw new AppError('INVALID_CONFIG', 'Name one workspace, or give --all.')
}
