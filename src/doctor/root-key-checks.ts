import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { openRootKey } from '../keys/root-key.ts'
import { findRoots } from '../store/root-certificate.ts'
import type { RootKey } from '../vault/opening.ts'
import { type Examination, error, type Finding, ok, warning } from './check.ts'

/** Whether the configured root key belongs to this database. Without it nothing can be opened. */
export async function checkRootKey(
  examination: Examination,
): Promise<{ findings: Finding[]; rootKey: RootKey | undefined }> {
  const { store, config, log } = examination
  const { root } = await findRoots(store.em())
  if (!root) {
    const message = 'This database has no root certificate yet: the first worker that starts makes one.'
    return { findings: [warning('root key', message)], rootKey: undefined }
  }
  const file = await checkFile(config)
  try {
    // The database has a root certificate, so none is made here.
    const rootKey = await openRootKey(store, config, log)
    const { fingerprint, bits } = rootKey.certificate
    const message = `The root key ${fingerprint} (RSA ${bits}) is the one of this database.`
    return { findings: [ok('root key', message), ...file], rootKey }
  } catch (failure) {
    if (!(failure instanceof AppError)) throw failure
    return { findings: [error('root key', failure.message), ...file], rootKey: undefined }
  }
}

/** Loading already refuses a file that group or others may read or write. This checks the folder and the owner. */
async function checkFile({ rootKeyFile }: Config): Promise<Finding[]> {
  const uid = process.getuid?.()
  if (uid === undefined) return []
  const [file, folder] = await Promise.all(
    [rootKeyFile, dirname(rootKeyFile)].map((it) => stat(it).catch(() => undefined)),
  )
  if (!file || !folder) return []
  const findings: Finding[] = []
  if (uid !== 0 && file.uid !== uid) {
    const message = `${rootKeyFile} belongs to the user ${file.uid}, and this command runs as ${uid}.`
    findings.push(warning('key file', message))
  }
  // A user who may write to the folder can replace the file, and copy the next one.
  if ((folder.mode & 0o022) !== 0) {
    const message = `Group or others may write into ${dirname(rootKeyFile)}, where the root key is: chmod go-w it.`
    findings.push(warning('key file', message))
  }
  const isPrivate = (file.mode & 0o077) === 0
  if (isPrivate && findings.length === 0)
    findings.push(ok('key file', `${rootKeyFile} can be read by its owner alone.`))
  return findings
}
