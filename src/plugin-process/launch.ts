import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { codePlaces, packageFiles } from '../package-files.ts'
import type { PluginPackage } from './package.ts'
import { modulesAbove, readOptions, shownIn } from './readable.ts'

/** How far the operating system holds the process of a plugin, besides Node's permission model. */
export type Hold = 'namespaces' | 'limits' | 'none'

/** What a process of a plugin may take (MiB). */
export const HEAP_MIB = 192
export const MEMORY_MIB = 512
// Of this much memory (KiB) V8 only reserves a part: node itself takes some 400 MiB of it.
const DATA_KIB = (MEMORY_MIB + 400) * 1024

// Ends with the worker, whatever ends that; gains no right by a program that it starts.
const tied = ['setpriv', '--pdeathsig', 'KILL', '--no-new-privs']
// No network but its own, and no other process to see or to signal.
const apart = ['unshare', '--user', '--map-current-user', '--net', '--pid', '--fork', '--kill-child']
const limited = ['sh', '-c', `ulimit -c 0; ulimit -d ${DATA_KIB} && exec "$@"`, 'sh']

const ways: readonly { hold: Hold; before: readonly string[] }[] = [
  { hold: 'namespaces', before: [...tied, ...apart, '--mount-proc', ...limited] },
  { hold: 'namespaces', before: [...tied, ...apart, ...limited] },
  { hold: 'limits', before: [...tied, ...limited] },
  { hold: 'limits', before: limited },
]

let found: Promise<{ hold: Hold; before: readonly string[] }> | undefined

/** The strictest way that this machine allows. */
export function findHold(): Promise<{ hold: Hold; before: readonly string[] }> {
  found ??= tryWays()
  return found
}

async function tryWays() {
  if (process.platform !== 'linux') return unheld
  for (const way of ways) if (await works(way.before)) return way
  return unheld
}

export const unheld = { hold: 'none' as const, before: [] as readonly string[] }

async function works([command = '', ...args]: readonly string[]): Promise<boolean> {
  const child = spawn(command, [...args, 'true'], { stdio: 'ignore', env: { PATH: process.env['PATH'] } })
  const [code] = await Promise.race([once(child, 'exit'), once(child, 'error').then(() => [1])]).catch(() => [
    1,
  ])
  return code === 0
}

export interface LaunchOptions {
  package: PluginPackage
  /** Files and folders that no plugin may read: keys, and the data folder. */
  secretPaths: readonly string[]
  /** The environment from which it gets what its manifest names. */
  env: NodeJS.ProcessEnv
  hold: Awaited<ReturnType<typeof findHold>>
}

export interface Launched {
  process: ChildProcess
  /** Frames in both directions. */
  channel: Duplex
  /** The same for questions that the plugin waits for without doing anything else. */
  questions: Duplex
}

/** Starts the process of a package, with nothing of this one but two connections. */
export function launch(options: LaunchOptions): Launched {
  const [command = process.execPath, ...args] = [
    ...options.hold.before,
    process.execPath,
    ...nodeOptions(options),
    packageFiles.plugin,
  ]
  const child = spawn(command, args, {
    // Nobody reads what it prints outside of a call: the output of a plugin may hold values.
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    env: environmentOf(options),
    cwd: options.package.folder,
    // A group of its own: a signal that it sends to its group does not reach the worker.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  const [, , , channel, questions] = child.stdio
  return { process: child, channel: channel as Duplex, questions: questions as Duplex }
}

function nodeOptions({ package: { folder, modules }, secretPaths }: LaunchOptions): string[] {
  const files = modules.map((it) => it.file)
  const paths = [
    ...codePlaces,
    ...modulesAbove(packageFiles.root),
    ...shownIn(folder),
    ...modulesAbove(folder),
  ]
  return [
    '--permission',
    ...readOptions(paths, secretPaths),
    // The module itself, even if somebody has put it into the data folder.
    ...files.map((it) => `--allow-fs-read=${it}`),
    ...ofSomeVersions.filter((it) => process.allowedNodeEnvironmentFlags.has(it)),
    `--max-old-space-size=${HEAP_MIB}`,
    '--max-semi-space-size=8',
    '--disable-sigusr1',
    '--disable-warning=ExperimentalWarning',
  ]
}

// Node 24 does not ask its permissions when it opens a file as a database.
const ofSomeVersions = ['--no-experimental-sqlite']

function environmentOf({ package: { permissions }, env, hold }: LaunchOptions): NodeJS.ProcessEnv {
  const named = permissions.environment.flatMap((name) =>
    env[name] === undefined ? [] : [[name, env[name]]],
  )
  const ofSystem = process.platform === 'win32' ? ['SystemRoot'] : hold.before.length > 0 ? ['PATH'] : []
  return {
    ...Object.fromEntries(ofSystem.map((name) => [name, env[name]])),
    // As for Lockstep's own processes: freed memory is given back.
    MALLOC_ARENA_MAX: '2',
    MALLOC_TRIM_THRESHOLD_: '262144',
    ...Object.fromEntries(named),
  }
}
