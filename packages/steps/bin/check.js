// @ts-check
// `lockstep-step check`
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { PAGE, writePage } from './step.js'

const require = createRequire(resolve('package.json'))

/** @type {Record<string, () => string | undefined | Promise<string | undefined>>} each says what is wrong */
const checks = {
  types: checkTypes,
  definition: async () => void (await writePage()),
  'leak test': () => {
    const tests = readdirSync('.').filter((it) => /\.test\.[jt]s$/.test(it))
    const isThere = tests.some((it) => /\bleakTest\(/.test(readFileSync(it, 'utf8')))
    return isThere ? undefined : 'No test calls leakTest of @lockstep/steps/testing.'
  },
  tests: () => (runNode('--test') ? undefined : 'A test fails.'),
  page: async () => {
    const wanted = await writePage()
    const found = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : undefined
    return found === wanted ? undefined : `${PAGE} is not what the definition says. Run "npm run docs".`
  },
}

for (const [name, check] of Object.entries(checks)) {
  const problem = await Promise.resolve()
    .then(check)
    .catch((error) => error.message)
  process.stdout.write(problem === undefined ? `${name}: passed\n` : `${name}: ${problem}\n`)
  if (problem !== undefined) process.exitCode = 1
}

function checkTypes() {
  const manifest = require.resolve('typescript/package.json')
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'))
  return runNode(join(dirname(manifest), bin.tsc), '--noEmit') ? undefined : 'The types are wrong.'
}

/** @param {string[]} args */
function runNode(...args) {
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status === 0
}
