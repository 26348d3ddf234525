import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from './built.ts'

export interface CommandResult {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs `lockstep ARGS` to its end, as from a shell. @param input the text on its standard input. */
export async function runLockstep(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  input: string | Buffer = '',
): Promise<CommandResult> {
  return runCommand(process.execPath, [main, ...args], env, input)
}

export async function runCommand(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  input: string | Buffer = '',
): Promise<CommandResult> {
  // The test has its own file of remembered keys.
  const XDG_CONFIG_HOME = join(tmpdir(), `lockstep-config-${randomUUID()}`)
  const child = spawn(program, args, { env: { ...process.env, XDG_CONFIG_HOME, ...env } })
  const result: CommandResult = { code: null, stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    result.stdout += String(chunk)
  })
  child.stderr.on('data', (chunk) => {
    result.stderr += String(chunk)
  })
  // The command may end before it has read everything.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      rmSync(XDG_CONFIG_HOME, { recursive: true, force: true })
      resolve({ ...result, code })
    })
  })
}
