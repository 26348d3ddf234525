import { spawnSync } from 'node:child_process'
import { installPostgres, OTHER_VERSIONS } from './support/other-postgres.ts'

/** `npm run test:postgres -- 15 [what vitest takes]`: runs the suite on an older PostgreSQL. */
const [major = '', ...args] = process.argv.slice(2)
if (!OTHER_VERSIONS.includes(major)) {
  process.stderr.write(`Name a version: ${OTHER_VERSIONS.join(', ')}. Lockstep brings 18.\n`)
  process.exit(1)
}
await installPostgres(major)
const env = { ...process.env, TEST_POSTGRES: major }
const { status } = spawnSync('npx', ['vitest', 'run', ...args], { env, stdio: 'inherit' })
process.exitCode = status ?? 1
