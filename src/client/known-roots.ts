import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { AppError } from '../errors.ts'
import type { Pin } from '../vault/vouched-key.ts'

/**
 * The fingerprints that this account's commands remember: by the address of a server, then by workspace. All of it
 * is public.
 */
type KnownRoots = Record<string, Record<string, Pin>>

/** The file: in the folder for settings of the account (XDG_CONFIG_HOME, else ~/.config). */
export const knownRootsFile = (): string =>
  join(process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'lockstep', 'known-roots.json')

/**
 * @throws AppError INVALID_CONFIG when the file is damaged. Starting with an empty file would trust any fingerprint
 * again.
 */
export async function readKnownRoots(url: string): Promise<ReadonlyMap<string, Pin>> {
  return new Map(Object.entries((await readAll())[url] ?? {}))
}

/** @returns whether the file could be written; if not, nothing is remembered. */
export async function rememberRoot(url: string, workspace: string, pin: Pin): Promise<boolean> {
  const all = await readAll()
  const changed: KnownRoots = { ...all, [url]: { ...all[url], [workspace]: pin } }
  const file = knownRootsFile()
  const temporary = `${file}.${randomUUID()}.tmp`
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(temporary, `${JSON.stringify(changed, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' })
    await rename(temporary, file)
    return true
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined)
    return false
  }
}

async function readAll(): Promise<KnownRoots> {
  const file = knownRootsFile()
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return '{}'
    throw damaged(file, `it cannot be read (${error.code ?? 'UNKNOWN'})`)
  })
  try {
    const all: unknown = JSON.parse(text)
    if (isRecord(all) && Object.values(all).every(isServer)) return all as KnownRoots
  } catch {
    // Said below.
  }
  throw damaged(file, 'it is damaged')
}

function damaged(file: string, why: string): AppError {
  const advice = 'Restore it, or move it away: fingerprints are then believed once more.'
  return new AppError('INVALID_CONFIG', `${file} says which root keys are known, and ${why}. ${advice}`)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isServer = (value: unknown): boolean => isRecord(value) && Object.values(value).every(isPin)

const isPin = (value: unknown): boolean =>
  isRecord(value) &&
  typeof value['fingerprint'] === 'string' &&
  typeof value['kid'] === 'string' &&
  typeof value['generation'] === 'number'
