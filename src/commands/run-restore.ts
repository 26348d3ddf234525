import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { restoreInto } from '../backup/into-database.ts'
import { openBackup } from '../backup/restore-backup.ts'
import type { Config } from '../config.ts'
import { examine } from '../doctor/doctor.ts'
import { recordInstanceEvent } from '../domain/index.ts'
import { AppError } from '../errors.ts'
import { loadRecoveryKey, readGivenPassphrase } from '../keys/recovery-key.ts'
import { rootKeyPlace } from '../keys/root-key.ts'
import { embeddedFolder } from '../processes/cluster-folder.ts'
import { databaseToFill } from '../processes/database.ts'
import { readStoredCertificate } from '../vault/sealing.ts'
import { operator } from './operator.ts'
import { showProgress } from './progress.ts'
import { runCommand } from './run-command.ts'
import { sayFindings } from './run-doctor.ts'

const KIB = 1024

export interface RestoreOptions {
  key?: string
  passphraseFile?: string
  json?: true
}

/** Loads a backup, examines what is there then, and ends the process with its exit code. */
export async function runRestore(config: Config, file: string, options: RestoreOptions): Promise<never> {
  // Before anything is made or asked: most mistakes show here.
  const opening = openBackup(readFrom(file), (certificates) => findKey(options, certificates))
  opening.catch(() => undefined)
  return runCommand(
    'restore',
    config,
    async ({ store, url, log, stopping, say }) => {
      const backup = await opening
      const { createdAt, lockstep } = backup.header
      say(`Restoring what was at ${createdAt}, saved by Lockstep ${lockstep}.`)
      const rows = await restoreInto(backup, url, await embeddedFolder(config), log)
      const actor = { label: `lockstep restore (${operator()})` }
      const detail = { savedAt: createdAt, rows }
      await recordInstanceEvent(store.em(), { actor, action: 'instance.restore', target: 'instance', detail })
      say(`Restored: ${rows} rows. The instance is paused, and people have to sign in again.`)
      say(
        `The root key was not in the backup. It belongs in ${rootKeyPlace(config)}; if it is lost: \`lockstep keys recover\`.`,
      )
      const code = sayFindings(await examine({ store, config, log, progress: showProgress, stopping }), say)
      say('Make sure that nothing works on the original any more. Then: `lockstep resume`.')
      return code
    },
    {
      json: options.json,
      openDatabase: (log, undo) => opening.then(() => databaseToFill(config, log, undo)),
    },
  )
}

function readFrom(file: string): AsyncIterable<Uint8Array> {
  return file === '-' ? process.stdin : readFile(resolve(file))
}

async function* readFile(file: string): AsyncGenerator<Uint8Array> {
  try {
    const { size } = await stat(file)
    const progress = showProgress('Read (KiB)', Math.ceil(size / KIB))
    try {
      for await (const piece of createReadStream(file)) {
        progress.advance(Math.round((piece as Buffer).length / KIB))
        yield piece as Buffer
      }
    } finally {
      progress.stop()
    }
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    throw new AppError('INVALID_CONFIG', `${file} cannot be read (${code}).`, { cause })
  }
}

async function findKey({ key, passphraseFile }: RestoreOptions, certificates: readonly string[]) {
  if (key === undefined) {
    const advice = 'Name the private key of a recovery certificate: `lockstep restore FILE --key KEY.pem`.'
    throw new AppError('INVALID_CONFIG', `This backup is encrypted. ${advice}`)
  }
  const passphrase = passphraseFile === undefined ? undefined : await readGivenPassphrase(passphraseFile)
  const known = certificates.map((pem) => ({
    ...readStoredCertificate(pem),
    kind: 'RECOVERY' as const,
    retiredAt: null,
  }))
  return loadRecoveryKey(key, passphrase, known, 'this backup')
}
