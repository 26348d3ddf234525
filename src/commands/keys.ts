import { type Command, InvalidArgumentError } from 'commander'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import type { KeyCommand } from '../keys/key-command.ts'
import type { RecoverOptions } from '../keys/recover.ts'
import type { RotateRootOptions } from '../keys/rotate-root.ts'
import { declare, REPORT } from './facts.ts'

const FACTS = { exits: [1, 75, 78, 130], json: REPORT } as const

interface Json {
  json?: true
}

const leaveUnreadable = [
  '--leave-unreadable',
  'go on although some workspace keys do not open; they stay as they are',
] as const

/** `lockstep keys …`. Every command may be ended at any moment, and continues when it is run again. */
export function addKeyCommands(program: Command, config: () => Config): void {
  const keys = program.command('keys').description('look after the keys that everything is sealed with')
  const add = (name: string) => declare(keys.command(name), FACTS)
  const run = async (name: string, { json }: Json, work: (command: KeyCommand) => Promise<number>) => {
    const { runKeyCommand } = await import('./run-key-command.ts')
    return runKeyCommand(name, config(), work, json)
  }
  add('list')
    .description('say which keys there are')
    .action((options: Json) =>
      run('list', options, async (it) => (await import('../keys/list-keys.ts')).listKeys(it)),
    )
  add('rotate-root')
    .description('replace the root key; workers go on meanwhile. Run again, it goes on where it was')
    .option('--to <file>', 'the new key is in FILE, or is made there, and you put it in its place')
    .option('--wait <seconds>', 'how long to wait for workers to take the new key up', readSeconds, 20)
    .option('--force', 'finish although running workers hold only the other key')
    .option('--cancel', 'take back a rotation that has not ended')
    .option(...leaveUnreadable)
    .action(({ cancel, ...options }: RotateRootOptions & { cancel?: true } & Json) =>
      run('rotate-root', options, async (it) => {
        const { cancelRotation } = await import('../keys/cancel-rotation.ts')
        const { rotateRoot } = await import('../keys/rotate-root.ts')
        return cancel ? cancelRotation(it, options.force === true) : rotateRoot(it, options)
      }),
    )
  add('rotate-workspace')
    .description('give a workspace a new key and seal its secrets with it')
    .argument('[id]', "the workspace's id")
    .option('--all', 'every workspace whose key is more than an hour old')
    .action((id: string | undefined, { all, ...options }: { all?: true } & Json) =>
      run('rotate-workspace', options, async (it) => {
        const { rotateWorkspaces } = await import('../keys/rotate-workspace.ts')
        return rotateWorkspaces(it, chooseWorkspace(id, all === true))
      }),
    )
  add('seal-policies')
    .description('seal in where each value may go, for values that were sealed without it')
    .action((options: Json) =>
      run('seal-policies', options, async (it) =>
        (await import('../keys/seal-policies.ts')).sealPolicies(it),
      ),
    )
  add('add-recovery')
    .description('seal every workspace key for a recovery certificate too')
    .argument('<certificate>', 'a PEM file: RSA, 2048 bits or more')
    .action((file: string, options: Json) =>
      run('add-recovery', options, async (it) => {
        const { addRecovery } = await import('../keys/recovery-certificates.ts')
        return addRecovery(it, file)
      }),
    )
  add('remove-recovery')
    .description('take a recovery certificate out of every workspace key')
    .argument('<fingerprint>', 'or the first 8 characters or more of it')
    .action((fingerprint: string, options: Json) =>
      run('remove-recovery', options, async (it) => {
        const { removeRecovery } = await import('../keys/recovery-certificates.ts')
        return removeRecovery(it, fingerprint)
      }),
    )
  add('recover')
    .description('make a new root key for a database whose root key is lost')
    .requiredOption('--key <file>', 'the private key of a recovery certificate: PEM or PKCS#12')
    .option('--passphrase-file <file>', 'its passphrase; - for standard input')
    .option(...leaveUnreadable)
    .action((options: RecoverOptions & Json) =>
      run('recover', options, async (it) => (await import('../keys/recover.ts')).recover(it, options)),
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
