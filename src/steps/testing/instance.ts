import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { type InstanceClient, openClient } from './instance-client.ts'
import type { InstanceOutcome, InstanceRun } from './instance-run.ts'

export interface InstanceOptions {
  /** Modules or packages with step types, as in LOCKSTEP_PLUGINS. */
  readonly plugins: readonly string[]
  /** Further variables, such as the configuration of a plugin, or DATABASE_URL for another database than its own. */
  readonly env?: NodeJS.ProcessEnv
}

export interface TestInstance extends AsyncDisposable {
  /** The address of its web app and its API. */
  readonly url: string
  /** What its processes have logged and printed so far, line by line. */
  readonly log: readonly string[]
  /** Saves the automation and its secrets, runs it, and waits for its end. */
  run(automation: InstanceRun): Promise<InstanceOutcome>
}

// How long it may take to be ready (milliseconds): a new database is made first.
const READY_MS = 120_000
const LOOK_AGAIN_MS = 50

/**
 * Starts a whole instance with step types: its own database in a temporary folder, a worker, the processes of plugins, and the
 * API. It is the `lockstep` that is installed in the working directory. Services on this machine may be reached. Dispose of
 * it in the end, as by `await using`.
 *
 * @throws Error with what it said, when it does not start.
 */
export async function startInstance({ plugins, env = {} }: InstanceOptions): Promise<TestInstance> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-test-'))
  const port = await freePort()
  const settings = {
    LOCKSTEP_DATA: folder,
    PORT: String(port),
    LOCKSTEP_WORKER_PORT: '0',
    LOCKSTEP_EGRESS_ALLOW: '127.0.0.0/8',
    LOCKSTEP_PLUGINS: plugins.join(','),
  }
  const child = spawn(process.execPath, [launcher(), 'start'], {
    env: { ...process.env, ...settings, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log: string[] = []
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => log.push(line))
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await untilReady(child, log)
    const url = `http://localhost:${port}`
    const client = await openClient(url)
    return { url, log, run: (it) => runOnce(client, it), [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** As an author has it from npm. */
function launcher(): string {
  const manifest = createRequire(resolve('package.json')).resolve('lockstep/package.json')
  return join(dirname(manifest), 'dist/lockstep.js')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function untilReady(child: ChildProcess, log: readonly string[]): Promise<void> {
  const until = performance.now() + READY_MS
  while (!log.some((line) => line.includes('Lockstep runs at'))) {
    const isOver = child.exitCode !== null || child.signalCode !== null || performance.now() > until
    if (isOver) throw new Error(`The instance does not start:\n${log.slice(-20).join('\n')}`)
    await delay(LOOK_AGAIN_MS)
  }
}

async function runOnce(
  client: InstanceClient,
  { steps, secrets = {}, input }: InstanceRun,
): Promise<InstanceOutcome> {
  for (const [name, value] of Object.entries(secrets)) await client.setSecret(name, value)
  const id = await client.start(steps, input)
  for (;;) {
    const run = await client.read(id)
    if (run) return run
    await delay(LOOK_AGAIN_MS)
  }
}
