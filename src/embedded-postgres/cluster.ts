import { randomBytes, randomUUID } from 'node:crypto'
import { lchown, mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  chooseLauncher,
  type Launcher,
  loadPrograms,
  type Outcome,
  type PostgresPrograms,
  run,
  unavailable,
} from './binaries.ts'

/** The files of an embedded database, and the programs that work on them. */
export interface Cluster {
  folder: string
  programs: PostgresPrograms
  launcher: Launcher
  fsync: boolean
}

export const CLUSTER_NAME = 'cluster'
export const USER = 'lockstep'
const PASSWORD_NAME = 'lockstep-password'
const TEMPORARY_PREFIX = 'tmp-'

/** Finds the cluster of a folder, or creates it the first time. Does not start it. */
export async function openCluster(
  folder: string,
  fsync: boolean,
  chosen: { launcher?: Launcher | undefined; programs?: PostgresPrograms | undefined } = {},
): Promise<Cluster> {
  const { launcher, programs = await loadPrograms() } = chosen
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const cluster = {
    folder: await realpath(folder),
    programs,
    fsync,
    launcher: launcher ?? (await chooseLauncher()),
  }
  if (await exists(join(cluster.folder, CLUSTER_NAME))) await takeOver(cluster)
  else await initialise(cluster)
  await checkVersion(cluster)
  return cluster
}

/**
 * The cluster is made under another name and then renamed into place together with its password. So one of two
 * simultaneous first starts wins, and a killed one leaves nothing that looks like a cluster.
 */
async function initialise(cluster: Cluster): Promise<void> {
  const made = `${TEMPORARY_PREFIX}${randomUUID()}`
  const passwordFile = `${made}.password`
  const at = (name: string) => join(cluster.folder, name)
  await writeFile(at(passwordFile), `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 })
  await handOver(cluster, ['.', passwordFile])
  const outcome = await runHere(cluster, [
    cluster.programs.initdb,
    `--pgdata=${made}`,
    `--pwfile=${passwordFile}`,
    `--username=${USER}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // PostgreSQL's own UTF-8 locale sorts the same on every system. C alone could not tell a letter from a sign. Only
    // tests have a version before 17, which has to take the system's.
    ...(Number(await versionOf(cluster)) < 17
      ? ['--locale=C.UTF-8']
      : ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']),
    '--data-checksums',
    '--no-instructions',
    ...(cluster.fsync ? [] : ['--no-sync']),
  ])
  try {
    if (outcome.code !== 0) throw cannotRun(cluster, 'could not be created', outcome.output)
    await rename(at(passwordFile), join(at(made), PASSWORD_NAME))
    await rename(at(made), at(CLUSTER_NAME))
  } catch (error) {
    const another = await exists(at(CLUSTER_NAME))
    for (const name of [made, passwordFile]) await removeTemporary(at(name))
    if (!another) throw error
  }
}

async function checkVersion(cluster: Cluster): Promise<void> {
  const found = (
    await readFile(join(cluster.folder, CLUSTER_NAME, 'PG_VERSION'), 'utf8').catch(() => '')
  ).trim()
  const ours = await versionOf(cluster)
  if (found === ours) return
  throw unavailable(
    `${join(cluster.folder, CLUSTER_NAME)} holds a database of PostgreSQL ${found || '(unknown)'}, and this Lockstep ` +
      `brings PostgreSQL ${ours}, which cannot read it. Move it over with pg_dump and psql of PostgreSQL ` +
      `${found || 'that version'}, or install the Lockstep that wrote it.`,
  )
}

/** The major version of the programs. */
async function versionOf(cluster: Cluster): Promise<string> {
  const { code, output } = await runHere(cluster, [cluster.programs.postgres, '--version'])
  const version = /\) (\d+)/.exec(output)?.[1]
  if (code !== 0 || version === undefined) throw cannotRun(cluster, 'cannot run', output)
  return version
}

/** The settings file. It is written again at every start; an operator tunes with ALTER SYSTEM. */
function settings(fsync: boolean): string {
  const lines = [
    `listen_addresses = '127.0.0.1'`,
    `unix_socket_directories = ''`,
    'max_connections = 200',
    'password_encryption = scram-sha-256',
    `lc_messages = 'C'`,
    // Log files of one week, each overwritten a week later.
    'logging_collector = on',
    `log_directory = '../log'`,
    `log_filename = 'server-%a.log'`,
    'log_rotation_age = 1d',
    'log_rotation_size = 0',
    'log_truncate_on_rotation = on',
    // A statement, a parameter or an error message may quote a value, so none of them is written.
    'log_min_messages = log',
    'log_statement = none',
    'log_min_duration_statement = -1',
    'log_min_error_statement = panic',
    'log_error_verbosity = terse',
    'log_parameter_max_length = 0',
    'log_parameter_max_length_on_error = 0',
    'log_checkpoints = off',
  ]
  if (!fsync) lines.push('fsync = off', 'full_page_writes = off')
  return `# Written by Lockstep at every start.\n${lines.join('\n')}\n`
}

/**
 * Starts the server. Its command line names the process that started it, because several processes share the
 * files.
 *
 * @returns what went wrong; undefined when the server runs.
 */
export async function startServer(
  cluster: Cluster,
  port: number,
  starter: string,
): Promise<string | undefined> {
  await mkdir(join(cluster.folder, 'log'), { recursive: true, mode: 0o700 })
  await writeFile(join(cluster.folder, CLUSTER_NAME, 'postgresql.conf'), settings(cluster.fsync), {
    mode: 0o600,
  })
  await writeFile(join(cluster.folder, 'start.log'), '', { mode: 0o600 })
  await handOver(cluster, ['log', 'start.log', join(CLUSTER_NAME, 'postgresql.conf')])
  // Paths are relative, because pg_ctl passes them to a shell.
  const command = ['start', '-w', '-t', '300', '-D', CLUSTER_NAME, '-l', 'start.log']
  const options = ['-o', `-p ${port} -c lockstep.starter=${starter}`]
  const { code, output } = await runHere(cluster, [cluster.programs.pg_ctl, ...command, ...options])
  if (code === 0) return undefined
  return `${output}\n${await lastLines(cluster)}`
}

/** Ends the server with that pid in order, unless it has ended already; its connections are cut. */
export async function stopServer(cluster: Cluster, pid: number | undefined): Promise<void> {
  let output = ''
  // An immediate stop loses nothing: the next start replays the log.
  for (const mode of ['fast', 'immediate']) {
    if (pid === undefined || (await readPostmaster(cluster.folder))?.pid !== pid) return
    const command = [cluster.programs.pg_ctl, 'stop', '-w', '-D', CLUSTER_NAME, '-t', '60', '-m', mode]
    const outcome = await runHere(cluster, command)
    if (outcome.code === 0 || !(await isServer(pid))) return
    output = outcome.output
  }
  throw cannotRun(cluster, 'does not stop', output)
}

/** The notes that a folder's server wrote about itself, if there is one. The server may have died long ago. */
export async function readPostmaster(
  folder: string,
): Promise<{ pid: number; port: number; dataFolder: string } | undefined> {
  const text = await readFile(join(folder, CLUSTER_NAME, 'postmaster.pid'), 'utf8').catch(() => '')
  const lines = text.split('\n')
  const pid = Number(lines[0])
  const port = Number(lines[3])
  return pid > 0 && port > 0 ? { pid, port, dataFolder: lines[1] ?? '' } : undefined
}

/** The password that this folder's cluster was made with. */
export async function readPassword(folder: string): Promise<string> {
  const file = join(folder, CLUSTER_NAME, PASSWORD_NAME)
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    throw unavailable(
      `Cannot read ${file}, the password of the embedded database. Restore it from a backup.`,
      error,
    )
  }
}

/**
 * PostgreSQL trusts a pid file as long as any process has its number. But numbers are used again, soonest in a
 * container. A killed server whose parent never reaps it stays a zombie. A copied folder names the server of the
 * original. The file keeps its other lines, so that PostgreSQL still sees whether a killed server left processes
 * that use the files.
 */
export async function disownStalePid(cluster: Cluster): Promise<void> {
  const postmaster = await readPostmaster(cluster.folder)
  if (!postmaster) return
  const ours = (await realpath(postmaster.dataFolder).catch(() => '')) === join(cluster.folder, CLUSTER_NAME)
  if (ours && (await isServer(postmaster.pid))) return
  const file = join(cluster.folder, CLUSTER_NAME, 'postmaster.pid')
  const text = await readFile(file, 'utf8').catch(() => '')
  // This is higher than any system's highest pid, so no process has it.
  if (text.startsWith(`${postmaster.pid}\n`)) await writeFile(file, text.replace(/^\d+/, '2147483647'))
}

/** Always true on Windows, where PostgreSQL asks a pipe of the process and does not rely on numbers. */
async function isServer(pid: number): Promise<boolean> {
  if (process.platform === 'win32') return true
  if (process.platform === 'linux') {
    const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    return /\(postgres\) [^ZX]/.test(line)
  }
  const { code, output } = await run(['ps', '-o', 'state=,comm=', '-p', String(pid)], {
    cwd: tmpdir(),
    outputFile: `${TEMPORARY_PREFIX}${randomUUID()}`,
  })
  return code === 0 && /^[^Z].*postgres/.test(output.trim())
}

/** Removes the remains of interrupted first starts. Only the holder of the lock may call it. */
export async function removeLeftovers(cluster: Cluster): Promise<void> {
  const names = await readdir(cluster.folder)
  for (const name of names.filter((it) => it.startsWith(TEMPORARY_PREFIX))) {
    await removeTemporary(join(cluster.folder, name))
  }
}

/** Two starts may remove the same files. The next start removes what is left. */
async function removeTemporary(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined)
}

/** Gives files that this process wrote to the account that runs PostgreSQL. */
async function handOver(cluster: Cluster, names: readonly string[]): Promise<void> {
  const { owner } = cluster.launcher
  if (!owner) return
  for (const name of names) await lchown(join(cluster.folder, name), owner.uid, owner.gid)
}

/** The files may belong to another account, since a container may forbid what its host allows. */
async function takeOver(cluster: Cluster): Promise<void> {
  const { owner } = cluster.launcher
  if (!owner || (await stat(join(cluster.folder, CLUSTER_NAME))).uid === owner.uid) return
  const { code } = await run(['chown', '-R', '-h', `${owner.uid}:${owner.gid}`, cluster.folder])
  if (code !== 0) throw unavailable(`Cannot change the owner of ${cluster.folder}, which PostgreSQL needs.`)
}

async function runHere(cluster: Cluster, command: readonly string[]): Promise<Outcome> {
  const at = { cwd: cluster.folder, outputFile: `${TEMPORARY_PREFIX}${randomUUID()}` }
  return await run([...cluster.launcher.prefix, ...command], at)
}

async function lastLines(cluster: Cluster): Promise<string> {
  const logs = await readdir(join(cluster.folder, 'log')).catch(() => [])
  const files = [join(cluster.folder, 'start.log'), ...logs.map((it) => join(cluster.folder, 'log', it))]
  const texts = await Promise.all(
    files.map(async (file) => {
      const [text, about] = await Promise.all([readFile(file, 'utf8'), stat(file)])
      return { text, at: about.mtimeMs }
    }),
  )
  const lines = texts.sort((a, b) => a.at - b.at).flatMap((it) => it.text.trim().split('\n'))
  return lines.slice(-5).join('\n')
}

export function cannotRun(cluster: Cluster, what: string, output: string): Error {
  const printed = output.trim().split('\n').slice(-8).join('\n')
  return unavailable(`The embedded PostgreSQL in ${cluster.folder} ${what}. It printed:\n${printed}`)
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}
