import { AppError } from '../errors.ts'
import { checkLocked, checkRange, describePlugin, readLock, writeLock } from '../processes/plugin-lock.ts'
import { CONFIGURATION_EXIT_CODE } from '../supervisor.ts'

const print = (line: string) => void process.stdout.write(`${line}\n`)

export function addPlugin(name: string): void {
  run(() => {
    const plugin = describePlugin(name)
    checkRange(name)
    writeLock([...readLock().filter((it) => it.name !== name), plugin])
    print(`${name} ${plugin.version} is loaded from the next start on.`)
  })
}

export function listPlugins(json: boolean): void {
  run(() => {
    const all = readLock().map((it) => ({ ...it, problem: problemOf(() => checkLocked(it)) }))
    if (json) return print(JSON.stringify(all))
    for (const { name, version, problem } of all) print(`${name} ${version}${problem ? `: ${problem}` : ''}`)
  })
}

export function removePlugin(name: string): void {
  run(() => {
    const locked = readLock()
    const rest = locked.filter((it) => it.name !== name)
    if (rest.length === locked.length)
      throw new AppError('NOT_FOUND', `The plugin ${name} is not among the locked ones.`)
    writeLock(rest)
    print(`${name} is not loaded from the next start on.`)
  })
}

function problemOf(check: () => void): string | null {
  try {
    check()
    return null
  } catch (error) {
    if (error instanceof AppError) return error.message
    throw error
  }
}

function run(command: () => void): void {
  const problem = problemOf(command)
  if (problem === null) return
  process.stderr.write(`lockstep: ${problem}\n`)
  process.exitCode = CONFIGURATION_EXIT_CODE
}
