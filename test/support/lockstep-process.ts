import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { vi } from 'vitest'
import type { TestApp } from './app.ts'
import { main } from './built.ts'

/** A separate Lockstep, started as from a shell. */
export interface LockstepProcess {
  pid: number
  /** Every line from it and its children. */
  output: string[]
  /** Its exit code, or the signal that ended it. */
  ended: Promise<number | string>
  /** Waits until a line matches, from the first one on. @throws when the process ended before that. */
  untilSays(pattern: RegExp): Promise<string>
  /** `kill -9`, and waits for its end. */
  kill(): Promise<void>
  /** SIGTERM. @returns the exit code. */
  stop(): Promise<number | string>
}

/**
 * @param output collects its lines; a new list by default.
 * @param program runs with the arguments; Node by default.
 */
export function startLockstep(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  output: string[] = [],
  program = process.execPath,
): LockstepProcess {
  const child = spawn(program, [...args], {
    env: { ...process.env, LOCKSTEP_LOG: 'debug', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { pid } = child
  if (pid === undefined) throw new Error('it did not start')
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => output.push(line))
  let over = false
  const ended = once(child, 'close').then(([code, signal]): number | string => {
    over = true
    return code ?? signal
  })
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    return await ended
  }
  return {
    pid,
    output,
    ended,
    untilSays: (pattern) =>
      vi.waitUntil(
        () => {
          const found = output.find((line) => pattern.test(line))
          if (found === undefined && over) throw new Error(`it ended:\n${output.join('\n')}`)
          return found
        },
        { timeout: 60_000, interval: 20 },
      ),
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  }
}

// As src/lockstep.js starts it.
const heap = '--max-semi-space-size=16'
const memory = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '262144', MALLOC_TRIM_THRESHOLD_: '262144' }

/** A worker process beside the API of the app, with its settings. Its output is part of the app's log. */
export async function startWorkerProcess(app: TestApp): Promise<LockstepProcess> {
  const { databaseUrl, directDatabaseUrl, dataFolder, egressAllow, plugins } = app.config
  const env = {
    ...memory,
    DATABASE_URL: databaseUrl?.reveal(),
    LOCKSTEP_DIRECT_DATABASE_URL: directDatabaseUrl?.reveal(),
    LOCKSTEP_DATA: dataFolder,
    LOCKSTEP_EGRESS_ALLOW: egressAllow,
    LOCKSTEP_PLUGINS: plugins.join(','),
    LOCKSTEP_WORKER_PORT: '0',
  }
  const from = app.log.length
  const worker = startLockstep([heap, main, 'worker'], env, app.log)
  await vi.waitUntil(() => app.log.slice(from).some((line) => line.includes(`"msg":"worker takes runs"`)), {
    timeout: 60_000,
    interval: 20,
  })
  return worker
}

/** Whether a process runs. A zombie does not count. */
export function isAlive(pid: number): boolean {
  try {
    if (process.platform === 'linux') return !/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
