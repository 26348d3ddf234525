import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import { AppError } from '../errors.ts'

const loginOf = z.object({
  url: z.string(),
  access: z.string(),
  refresh: z.string(),
  /** When the access token ends, in milliseconds since 1970. */
  expiresAt: z.number(),
  email: z.string().nullable(),
  /** What is meant when no workspace is named. */
  workspace: z.string().nullable(),
})
const fileOf = z.object({ current: z.string().nullable(), logins: z.array(loginOf) })

/** What `lockstep login` has got from one server. */
export type Login = z.output<typeof loginOf>
type LoginFile = z.output<typeof fileOf>

// So long a command may hold the lock: that of one request. An older lock is of a command that was killed (milliseconds).
const STALE_MS = 60_000
const AGAIN_MS = 50

/** The file: in the folder for settings of the account (XDG_CONFIG_HOME, else ~/.config). */
export const loginFile = (): string =>
  join(process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'lockstep', 'login.json')

/** @throws AppError INVALID_CONFIG when others of this machine may read it, or it is damaged. */
export async function readLogins(): Promise<LoginFile> {
  const file = loginFile()
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw unusable(file, `cannot be read (${error.code ?? 'unknown'})`)
  })
  if (!handle) return { current: null, logins: [] }
  try {
    // Stops another account of the machine from acting as this person.
    if (process.platform !== 'win32' && ((await handle.stat()).mode & 0o077) !== 0)
      throw new AppError('INVALID_CONFIG', `${file} may be read by others. Run: chmod 600 ${file}`)
    const parsed = fileOf.safeParse(parse(await handle.readFile('utf8')))
    if (parsed.success) return parsed.data
    throw unusable(file, 'is damaged')
  } finally {
    await handle.close()
  }
}

/** Changes the file, which is always whole. One command at a time: a refresh token works once. */
export async function changeLogins<T>(
  change: (logins: LoginFile) => Promise<{ logins: LoginFile; result: T }>,
): Promise<T> {
  const file = loginFile()
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const unlock = await lock(`${file}.lock`)
  try {
    const { logins, result } = await change(await readLogins())
    await write(file, logins)
    return result
  } finally {
    await unlock()
  }
}

async function write(file: string, logins: LoginFile): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify(logins, undefined, 2)}\n`)
  } finally {
    await handle.close()
  }
  await rename(temporary, file)
}

async function lock(file: string): Promise<() => Promise<void>> {
  for (let waited = 0; ; waited += AGAIN_MS) {
    const handle = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return undefined
      throw unusable(file, `cannot be written (${error.code ?? 'unknown'})`)
    })
    if (handle) {
      await handle.close()
      return () => rm(file, { force: true })
    }
    // Whoever held it for so long was killed.
    if (waited >= STALE_MS && (await stat(file).catch(() => undefined))) await rm(file, { force: true })
    await delay(AGAIN_MS)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const unusable = (file: string, why: string): AppError =>
  new AppError('INVALID_CONFIG', `${file} ${why}. Move it away, and run \`lockstep login\` again.`)
