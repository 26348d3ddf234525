import { AppError } from '../errors.ts'
import { checkLocked, checkRange, describePlugin, readLock, writeLock } from '../processes/plugin-lock.ts'
import { CONFIGURATION_EXIT_CODE } from '../supervisor.ts'
import { createReport, type Report } from './report.ts'

export function addPlugin(name: string, json: boolean): void {
  run(json, ({ say }) => {
    const plugin = describePlugin(name)
    checkRange(name)
    writeLock([...readLock().filter((it) => it.name !== name), plugin])
    say(`${name} ${plugin.version} is loaded from the next start on.`)
  })
}

export function listPlugins(json: boolean): void {
  const list = ({ say }: Pick<Report, 'say'>) => {
    const all = readLock().map((it) => ({
      ...it,
      problem: problemOf(() => checkLocked(it))?.message ?? null,
    }))
    if (json) return say(JSON.stringify({ plugins: all }))
    for (const { name, version, problem } of all) say(`${name} ${version}${problem ? `: ${problem}` : ''}`)
  }
  run(json, () => list(createReport(false)), false)
}

export function removePlugin(name: string, json: boolean): void {
  run(json, ({ say }) => {
    const locked = readLock()
    const rest = locked.filter((it) => it.name !== name)
    if (rest.length === locked.length)
      throw new AppError('NOT_FOUND', `The plugin ${name} is not among the locked ones.`)
    writeLock(rest)
    say(`${name} is not loaded from the next start on.`)
  })
}

function problemOf(check: () => void): AppError | null {
  try {
    check()
    return null
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

/** @param reports whether the command tells in words what it has done. */
function run(json: boolean, command: (report: Report) => void, reports = true): void {
  const report = createReport(json)
  const problem = problemOf(() => command(report))
  if (problem === null) {
    if (reports) report.end(0)
    return
  }
  process.stderr.write(`lockstep: ${problem.message}\n`)
  process.exitCode = CONFIGURATION_EXIT_CODE
  report.end(CONFIGURATION_EXIT_CODE, problem)
}
