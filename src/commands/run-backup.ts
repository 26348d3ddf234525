import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { makeBackup } from '../backup/make-backup.ts'
import type { Config } from '../config.ts'
import { databaseTime } from '../database-time.ts'
import { recordInstanceEvent } from '../domain/index.ts'
import { listVouchedRecipients } from '../domain/recipients.ts'
import { AppError } from '../errors.ts'
import { rootKeyPlace } from '../keys/root-key.ts'
import { packageFiles } from '../package-files.ts'
import { openTables } from '../store/backed-tables.ts'
import type { Store } from '../store/store.ts'
import type { Certificate } from '../vault/sealing.ts'
import { operator } from './operator.ts'
import { showCount } from './progress.ts'
import { type CommandParts, runCommand } from './run-command.ts'

const MIB = 1024 * 1024

export interface BackupOptions {
  encrypt?: boolean
  json?: true
}

/** Writes a backup and ends the process with its exit code. */
export function runBackup(
  config: Config,
  file: string,
  { encrypt = false, json }: BackupOptions,
): Promise<never> {
  const work = async (parts: CommandParts) => {
    if (json && file === '-')
      throw new AppError('INVALID_CONFIG', '--json and a backup on standard output do not go together.')
    // What is said goes beside the backup, which may go to standard output.
    const say = json ? parts.say : (line: string) => void process.stderr.write(`${line}\n`)
    const certificates = encrypt ? await findRecipients(parts.store) : []
    if (file === '-') await write(parts, process.stdout, certificates, say)
    else await writeFile(resolve(file), (target) => write(parts, target, certificates, say))
    const actor = { label: `lockstep backup (${operator()})` }
    const event = { actor, action: 'instance.backup', target: 'instance', detail: { encrypted: encrypt } }
    // A role that only reads may make backups as well.
    await recordInstanceEvent(parts.store.em(), event).catch(() =>
      say('This backup is not in the audit log: the role may not write there.'),
    )
    if (certificates.length > 0) say(`Only the keys of ${certificates.length} recovery certificates open it.`)
    say(
      `The root key is NOT in it. Keep ${rootKeyPlace(config)} elsewhere: without it, or the key of a recovery`,
    )
    say('certificate, no secret of this backup ever opens.')
    return 0
  }
  return runCommand('backup', config, work, { json })
}

async function write(
  { url, stopping }: CommandParts,
  target: Writable,
  certificates: readonly Certificate[],
  say: (line: string) => void,
): Promise<void> {
  const tables = await openTables(url, 'snapshot')
  try {
    const options = { version: await readVersion(), createdAt: databaseTime(), certificates, stopping }
    const saved = await makeBackup(tables, target, options)
    const rows = saved.reduce((sum, it) => sum + it.rows, 0)
    say(`Saved: ${rows} rows of ${saved.length} tables, as they were at ${options.createdAt.toISOString()}.`)
  } finally {
    await tables.close()
  }
}

/** A file of this name is always whole: until then it has another one. */
async function writeFile(file: string, work: (target: Writable) => Promise<void>): Promise<void> {
  if (await stat(file).catch(() => undefined))
    throw new AppError('INVALID_CONFIG', `${file} exists. Name another file, or move it away.`)
  const partial = `${file}.partial`
  try {
    const handle = await open(partial, 'w', 0o600)
    const target = handle.createWriteStream({ flush: true })
    const progress = showCount('Saved', () => `${Math.round(target.bytesWritten / MIB)} MiB`)
    await work(target).finally(progress.stop)
    await rename(partial, file)
    await syncFolder(resolve(file, '..'))
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined)
    const code =
      error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined
    if (code === undefined) throw error
    throw new AppError('INVALID_CONFIG', `${file} cannot be written (${code}).`, { cause: error })
  }
}

/** The new name is on the disk too. Some systems cannot do that with a folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

async function findRecipients(store: Store): Promise<Certificate[]> {
  const { vouched } = await listVouchedRecipients(store.em())
  const certificates = vouched.flatMap(({ kind, certificate }) => (kind === 'RECOVERY' ? [certificate] : []))
  if (certificates.length > 0) return certificates
  const advice = 'Add one first: `lockstep keys add-recovery CERT.pem`.'
  throw new AppError('INVALID_CONFIG', `There is no recovery certificate to encrypt for. ${advice}`)
}

async function readVersion(): Promise<string> {
  const text = await readFile(packageFiles.manifest, 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
