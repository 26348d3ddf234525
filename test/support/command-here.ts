import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { CommanderError } from 'commander'
import { expect } from 'vitest'
import { USAGE } from '../../src/commands/exit-codes.ts'
import { factsOf, leavesOf } from '../../src/commands/facts.ts'
import { createProgram } from '../../src/commands/program.ts'
import { readConfig } from '../../src/config.ts'

export interface RunHere {
  code: number
  stdout: string
  stderr: string
}

/** The command line in the test's own process: without the second that a process takes to start. */
export interface CommandLine {
  /** For files of the test. */
  folder: string
  run(args: readonly string[], input?: string): Promise<RunHere>
  /** Runs a command with `--json`. Its output has the form that the command declares. */
  json(args: readonly string[], input?: string): Promise<{ code: number; data: Json }>
  /** Runs something that remembers keys and logins where the commands do. */
  within<T>(work: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails when it is not there.
type Json = any

/** @param env all that the command line knows. It remembers keys and logins in a folder of its own. */
export async function openCommandLine(env: NodeJS.ProcessEnv): Promise<CommandLine> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-line-'))
  const run = (args: readonly string[], input = '') =>
    inFolder(folder, () => captured(input, () => parse(args, env)))
  return {
    folder,
    run,
    async json(args, input) {
      const { code, stdout, stderr } = await run([...args, '--json'], input)
      expect(stdout, stderr).toMatch(/^.+\n$/)
      const data: unknown = JSON.parse(stdout)
      expectForm(args, data)
      return { code, data }
    },
    within: (work) => inFolder(folder, work),
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Every key of what a command printed is one that it declares, of the same type, and none is missing. */
export function expectForm(args: readonly string[], data: unknown): void {
  const program = createProgram(() => readConfig({}))
  const found = leavesOf(program).find(([words]) => words.split(' ').every((it, index) => args[index] === it))
  const form = found && factsOf(found[1])?.json
  expect(formOf(data, form), `the form of ${args.join(' ')}`).toEqual(form)
}

/** The example where the data is like it, and otherwise the data, so that a difference shows. */
function formOf(data: unknown, example: unknown): unknown {
  if (data === null || example === null) return example
  if (Array.isArray(data) && Array.isArray(example)) {
    const different = data.find((it) => !sameForm(it, example[0]))
    return different === undefined ? example : data
  }
  if (isObject(data) && isObject(example)) {
    const keys = new Set([...Object.keys(data), ...Object.keys(example)])
    return Object.fromEntries(
      [...keys]
        .filter((it) => it in data)
        .map((it) => [it, it in example ? formOf(data[it], example[it]) : data[it]]),
    )
  }
  // What a run has given may be anything.
  return typeof data === typeof example || example === 'as it is' ? example : data
}

const sameForm = (data: unknown, example: unknown): boolean =>
  JSON.stringify(formOf(data, example)) === JSON.stringify(sortedLike(example, data))

const sortedLike = (example: unknown, data: unknown): unknown =>
  isObject(example) && isObject(data)
    ? Object.fromEntries(
        [...new Set([...Object.keys(data), ...Object.keys(example)])].map((it) => [it, example[it]]),
      )
    : example

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

async function parse(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    await createProgram(() => readConfig(env)).parseAsync(args, { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? 0 : USAGE
  }
}

async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const before = process.env['XDG_CONFIG_HOME']
  process.env['XDG_CONFIG_HOME'] = folder
  try {
    return await work()
  } finally {
    if (before === undefined) delete process.env['XDG_CONFIG_HOME']
    else process.env['XDG_CONFIG_HOME'] = before
  }
}

async function captured(input: string, work: () => Promise<number>): Promise<RunHere> {
  const kept = { exitCode: process.exitCode, out: process.stdout.write, err: process.stderr.write }
  const stdin = Object.getOwnPropertyDescriptor(process, 'stdin')
  const result = { stdout: '', stderr: '' }
  const collect = (stream: 'stdout' | 'stderr') => (text: string | Uint8Array) => {
    result[stream] += String(text)
    return true
  }
  process.exitCode = undefined
  process.stdout.write = collect('stdout')
  process.stderr.write = collect('stderr')
  Object.defineProperty(process, 'stdin', { value: Readable.from([Buffer.from(input)]), configurable: true })
  try {
    return { code: await work(), ...result }
  } finally {
    process.exitCode = kept.exitCode
    process.stdout.write = kept.out
    process.stderr.write = kept.err
    if (stdin) Object.defineProperty(process, 'stdin', stdin)
  }
}
