import { spawn } from 'node:child_process'
import { createVitest, parseCLI, type TestModule, type Vitest } from 'vitest/node'

/** Scripts of package.json that run beside the build and the tests. */
const CHECKS = ['types', 'lint', 'unused', 'generated']
/** More files than these do not fail by chance. */
const MAX_REPEATED_FILES = 3

/**
 * `npm test [-- what vitest takes]`: every test on a new build, and the checks at the same time, because tests wait for
 * processes and leave time to them. A check that fails ends the tests. A file that fails runs once more ({@link repeatFailed}).
 */
async function runAll(args: readonly string[]): Promise<void> {
  const checks = Promise.all(CHECKS.map(passes))
  if (!(await passes('build'))) return
  const { filter, options } = parseCLI(['vitest', 'run', ...args])
  const vitest = await createVitest('test', { ...options, watch: false })
  const checked = checks.then(async (all) => {
    if (all.includes(false)) await vitest.cancelCurrentRun('test-failure')
  })
  try {
    const { testModules, unhandledErrors } = await vitest.start(filter)
    await checked
    if (!(await checks).includes(false) && unhandledErrors.length === 0)
      await repeatFailed(vitest, testModules)
  } finally {
    await vitest.close()
  }
}

/**
 * Runs files that failed once more, with nothing beside them, and tells which tests failed only the first time: these met a
 * busy machine, or a race that somebody has to find. What fails twice fails the whole.
 */
async function repeatFailed(vitest: Vitest, modules: readonly TestModule[]): Promise<void> {
  const failed = modules.filter((module) => !module.ok())
  if (failed.length === 0 || failed.length > MAX_REPEATED_FILES) return
  const unsteady = failed.flatMap((module) => [...module.children.allTests('failed')])
  const names = unsteady.map((test) => `  ${test.module.relativeModuleId} > ${test.fullName}\n`)
  process.exitCode = undefined
  await vitest.runTestSpecifications(failed.map((module) => module.toTestSpecification()))
  if (!process.exitCode)
    process.stdout.write(`Failed once and passed when repeated alone:\n${names.join('')}`)
}

/** Runs a script. What it said is printed only when it failed, in one piece, because tests report meanwhile. */
async function passes(name: string): Promise<boolean> {
  const child = spawn('npm', ['run', '--silent', name], { shell: process.platform === 'win32' })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(String(chunk)))
  const code = await new Promise((resolve) => {
    child.once('error', resolve)
    child.once('close', resolve)
  })
  const isGood = code === 0
  process.stdout.write(isGood ? `npm run ${name}: passed\n` : `${said.join('')}npm run ${name}: failed\n`)
  if (!isGood) process.exitCode = 1
  return isGood
}

await runAll(process.argv.slice(2))
