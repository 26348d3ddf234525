import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const KEPT_LINES = 50

export const LAUNCHER = join(import.meta.dirname, '../../packages/lockstep/dist/lockstep.js')

export interface RunningProcess extends AsyncDisposable {
  pid: number
  /** What the line said that it was waited for: the first group of the pattern. */
  said: string
}

/**
 * Starts a program of Node and waits until it says a line.
 *
 * @param prefix what runs Node, such as `taskset`.
 * @throws when it ends before that, with what it said.
 */
export async function startProcess(
  args: readonly string[],
  ready: RegExp,
  env: NodeJS.ProcessEnv = {},
  prefix: readonly string[] = [],
): Promise<RunningProcess> {
  const [program = process.execPath, ...all] = [...prefix, process.execPath, ...args]
  const child = spawn(program, all, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  const lines: string[] = []
  const said = await new Promise<string>((resolve, reject) => {
    const read = (line: string) => {
      const found = ready.exec(line)
      if (found) resolve(found[1] ?? line)
      if (lines.push(line) > KEPT_LINES) lines.shift()
    }
    for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', read)
    ended.then(() => reject(new Error(`${args.join(' ')} ended:\n${lines.join('\n')}`)), reject)
  })
  return {
    pid: child.pid ?? 0,
    said,
    async [Symbol.asyncDispose]() {
      child.kill()
      await ended
    },
  }
}

/** A program of this folder that serves HTTP. @returns where. */
export async function startServer(
  stack: AsyncDisposableStack,
  file: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const { said } = stack.use(await startProcess([join(import.meta.dirname, file)], /^listens at (\S+)/, env))
  return said
}
