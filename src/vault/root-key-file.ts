import { randomUUID } from 'node:crypto'
import { access, constants, copyFile, type FileHandle, link, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../errors.ts'
import type { Sensitive } from '../sensitive.ts'

const MAX_BYTES = 1024 * 1024

/**
 * Reads a key file, or another that holds a secret.
 *
 * @param what how messages call it.
 * @returns undefined when there is none.
 * @throws AppError INVALID_CONFIG when it is not a regular file of at most 1 MiB, cannot be read, or, where the
 *   system has such permissions, group or others may do anything with it.
 */
export async function readRootKeyFile(file: string, what = 'root key file'): Promise<Uint8Array | undefined> {
  try {
    await using handle = await open(file, 'r')
    await checkFile(`${what} ${file}`, file, handle)
    return await handle.readFile()
  } catch (error) {
    if (error instanceof AppError) throw error
    const code = errorCode(error)
    if (code === 'ENOENT') return undefined
    throw new AppError('INVALID_CONFIG', `The ${what} ${file} cannot be read (${code}).`)
  }
}

/** Looks at the opened file and not at the path, which could lead elsewhere a moment later. */
async function checkFile(what: string, file: string, handle: FileHandle): Promise<void> {
  const stats = await handle.stat()
  if (!stats.isFile()) {
    throw new AppError('INVALID_CONFIG', `The ${what} is not a regular file.`)
  }
  if (stats.size > MAX_BYTES) {
    throw new AppError('INVALID_CONFIG', `The ${what} is over 1 MiB large.`)
  }
  // Stops other accounts of the machine from copying what opens everything.
  if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0) {
    const rights = (stats.mode & 0o777).toString(8).padStart(4, '0')
    const advice = `Group or others have rights on the ${what} (${rights}): chmod 600 ${file}`
    throw new AppError('INVALID_CONFIG', advice)
  }
}

/**
 * Writes a key file that nobody sees unfinished and that never replaces another: a temporary file with mode 0600
 * next to it, synced, then linked under the name. Missing folders are made with mode 0700.
 *
 * @returns false when the name was taken.
 * @throws AppError INVALID_CONFIG when it cannot be written.
 */
export async function writeRootKeyFile(file: string, pem: Sensitive): Promise<boolean> {
  const temporary = `${file}.${randomUUID()}.tmp`
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeSynced(temporary, pem)
    return await publish(temporary, file)
  } catch (error) {
    throw new AppError('INVALID_CONFIG', `The root key file ${file} cannot be written (${errorCode(error)}).`)
  } finally {
    // A failure here must not hide the one above; what would be left is the owner's alone.
    await rm(temporary, { force: true }).catch(() => undefined)
  }
}

/**
 * Puts a key file into the place of another in one step, so that whoever opens `file` finds the one or the other.
 * The other one stays under the name `keptAs`.
 *
 * @throws AppError INVALID_CONFIG when the files cannot be moved; `file` is then what it was.
 */
export async function replaceRootKeyFile(replacement: string, file: string, keptAs: string): Promise<void> {
  try {
    if (await exists(file)) await publish(file, keptAs)
    await rename(replacement, file)
    await syncFolder(dirname(file))
  } catch (error) {
    const code = errorCode(error)
    throw new AppError('INVALID_CONFIG', `${replacement} cannot be moved to ${file} (${code}).`)
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    (error: unknown) => {
      if (errorCode(error) === 'ENOENT') return false
      throw error
    },
  )
}

async function writeSynced(file: string, pem: Sensitive): Promise<void> {
  await using handle = await open(file, 'wx', 0o600)
  await handle.writeFile(pem.reveal())
  await handle.sync()
}

async function publish(temporary: string, file: string): Promise<boolean> {
  try {
    // Unlike rename, link fails when the name is taken: of two processes that start at once, one wins.
    await link(temporary, file)
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    if (!(await copyExclusively(temporary, file))) return false
  }
  await syncFolder(dirname(file))
  return true
}

/** For file systems without hard links (some container mounts, exFAT): never overwrites either. */
async function copyExclusively(temporary: string, file: string): Promise<boolean> {
  try {
    await copyFile(temporary, file, constants.COPYFILE_EXCL)
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
  await using handle = await open(file, 'r+')
  await handle.sync()
  return true
}

/** Makes the new name survive a power failure: a key that is lost then would be lost with all it sealed. */
async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder, and needs no such sync.
  if (process.platform === 'win32') return
  await using handle = await open(folder, 'r')
  await handle.sync()
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN'
}
