import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { afterEach, beforeAll, beforeEach, expect, vi } from 'vitest'
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from '../../src/embedded-postgres/embedded-postgres.ts'
import { createLogger } from '../../src/log.ts'
import { copyFolder } from './copy-folder.ts'

const log = createLogger('silent', 'test')

/** A folder for each test of a file. Everything that runs on it ends with the test. */
export class EmbeddedFolder {
  /** Does not exist yet when a test begins. */
  base = ''
  /** The data folder of the database, inside the base. */
  folder = ''
  /** A stopped database to copy, because making one takes long. */
  #prepared = ''
  #servers: EmbeddedPostgres[] = []
  #children: ChildProcess[] = []

  constructor() {
    beforeAll(async () => {
      this.#prepared = await mkdtemp(join(tmpdir(), 'lockstep-prepared-'))
      await (await startEmbeddedPostgres({ folder: this.#prepared, log, fsync: false })).stop()
      return () => rm(this.#prepared, { recursive: true })
    })
    beforeEach(async () => {
      // Its name has characters that a shell would interpret, because they must never reach one.
      this.base = join(
        await realpath(await mkdtemp(join(tmpdir(), 'lockstep-embedded-'))),
        `a $HOME's "data"`,
      )
      this.folder = join(this.base, 'postgres')
    })
    afterEach(() => this.#clear())
  }

  async start(options?: Partial<EmbeddedPostgresOptions>): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({ folder: this.folder, log, fsync: false, ...options })
    this.#servers.push(server)
    return server
  }

  /** Starts a database that was made and stopped before. */
  async startAgain(options?: Partial<EmbeddedPostgresOptions>): Promise<EmbeddedPostgres> {
    await mkdir(this.base, { mode: 0o700 })
    copyFolder(this.#prepared, this.folder)
    return await this.start(options)
  }

  /** Another process that starts the database, reports the result, and keeps running. */
  async startElsewhere(): Promise<{ child: ChildProcess; said: { url?: string; error?: string } }> {
    const script = `
    import { createLogger } from ${JSON.stringify(join(process.cwd(), 'src/log.ts'))}
    import { startEmbeddedPostgres } from ${JSON.stringify(join(process.cwd(), 'src/embedded-postgres/embedded-postgres.ts'))}
    const log = createLogger('silent', 'test')
    startEmbeddedPostgres({ folder: process.argv[1], log, fsync: false }).then(
      ({ urls }) => console.log(JSON.stringify({ url: urls.owner })),
      (error) => console.log(JSON.stringify({ error: error.message })),
    )
    setInterval(() => undefined, 1000)`
    const args = ['--input-type=module', '--eval', script, this.folder]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    this.watch(child)
    for await (const line of createInterface({ input: child.stdout }))
      return { child, said: JSON.parse(line) }
    throw new Error('the other process said nothing')
  }

  /** Ends a process with the test. */
  watch(child: ChildProcess): void {
    this.#children.push(child)
  }

  async #clear(): Promise<void> {
    for (const child of this.#children.splice(0)) child.kill('SIGKILL')
    for (const server of this.#servers.splice(0)) await server.stop()
    const pid = await postmasterPid(this.folder)
    if (pid !== undefined && (await isPostgres(pid))) process.kill(pid, 'SIGKILL')
    await rm(join(this.base, '..'), { recursive: true, force: true, maxRetries: 5 })
  }
}

export async function query<R extends pg.QueryResultRow>(
  url: string,
  text: string,
  values?: unknown[],
): Promise<R[]> {
  const client = await openClient(url)
  return await client.query<R>(text, values).then(
    ({ rows }) => client.end().then(() => rows),
    (error: unknown) => client.end().then(() => Promise.reject(error)),
  )
}

export async function openClient(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

export async function postmasterPid(of: string): Promise<number | undefined> {
  const text = await readFile(join(of, 'cluster/postmaster.pid'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : Number(text.split('\n')[0])
}

/** A killed process stays a zombie until its parent reaps it. Zombies count as gone. */
export async function isPostgres(pid: number): Promise<boolean> {
  if (process.platform === 'linux')
    return /\(postgres\) [^ZX]/.test(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''))
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

export async function pidOf(of: string): Promise<number> {
  const pid = await postmasterPid(of)
  if (pid === undefined) throw new Error('no postmaster.pid')
  return pid
}

export async function killed(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

export async function killServer(of: string): Promise<void> {
  const pid = await pidOf(of)
  process.kill(pid, 'SIGKILL')
  await vi.waitFor(async () => expect(await isPostgres(pid)).toBe(false), { timeout: 20_000 })
}
