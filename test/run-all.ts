import { spawn } from 'node:child_process'
import { createVitest, parseCLI } from 'vitest/node'

/** Scripts of package.json that run beside the build and the tests. */
const CHECKS = ['types', 'lint', 'unused', 'generated']

/**
 * `npm test [-- what vitest takes]`: every test on a new build, and the checks at the same time, because tests wait for
 * processes and leave time to them. A check that fails ends the tests.
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
    await vitest.start(filter)
    await checked
  } finally {
    await vitest.close()
  }
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
