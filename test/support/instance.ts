import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { vi } from 'vitest'
import type { TestApp } from './app.ts'
import { launcher, main } from './built.ts'
import { createClient } from './client.ts'
import { postmasterPid } from './embedded-folder.ts'
import { freePort } from './free-port.ts'
import { isAlive, type LockstepProcess, startLockstep } from './lockstep-process.ts'

/** Settings with which a test's instance does not disturb others. */
export async function freePorts(): Promise<{ PORT: string; LOCKSTEP_WORKER_PORT: string }> {
  return { PORT: String(await freePort()), LOCKSTEP_WORKER_PORT: String(await freePort()) }
}

export { launcher, main }

export interface Instance {
  process: LockstepProcess
  url: string
  people: Pick<TestApp, 'signUp' | 'withToken'>
  /** All its processes, including those of its database. */
  processes(): Promise<ProcessEntry[]>
}

export interface ProcessEntry {
  pid: number
  parent: number
  command: string
}

/** Starts a whole instance and waits until it takes runs and answers. */
export async function startInstance(env: NodeJS.ProcessEnv): Promise<Instance> {
  const process = startLockstep([launcher, 'start'], env)
  await process.untilSays(/"msg":"Lockstep runs at/)
  const url = `http://127.0.0.1:${env['PORT']}`
  const client = (headers: Record<string, string>) => createClient(url, process.output, headers)
  return {
    process,
    url,
    people: {
      async signUp(name, email) {
        const person = client({})
        await person.signUp(name, email)
        return person
      },
      withToken: (token) => client({ authorization: `Bearer ${token}` }),
    },
    processes: () => processesOf(process.pid, env['LOCKSTEP_DATA'] ?? ''),
  }
}

/** The processes that a process started, and those on its data folder, because the database has no parent. */
export async function processesOf(root: number, dataFolder: string): Promise<ProcessEntry[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args='])
  const all = stdout.split('\n').flatMap((line): ProcessEntry[] => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }]
  })
  const below = (pid: number): ProcessEntry[] =>
    all.filter((it) => it.parent === pid).flatMap((it) => [it, ...below(it.pid)])
  const database = await postmasterPid(join(dataFolder, 'postgres'))
  const servers = all.filter(({ pid }) => pid === database)
  return [...below(root), ...servers.flatMap((it) => [it, ...below(it.pid)])]
}

export const untilGone = (processes: readonly ProcessEntry[]) =>
  vi.waitUntil(() => processes.every(({ pid }) => !isAlive(pid)), { timeout: 30_000, interval: 50 })

export async function statusOf(url: string): Promise<number | undefined> {
  return fetch(url).then(
    ({ status }) => status,
    () => undefined,
  )
}
