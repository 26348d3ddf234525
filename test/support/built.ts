import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = process.cwd()

/** What every process of the tests runs: the build, as it is installed. `builtNow` brings it up to date. */
export const launcher = join(root, 'packages/lockstep/dist/lockstep.js')
export const main = join(root, 'packages/lockstep/dist/main.js')

/** Builds the server if its sources have changed since, which takes two seconds. */
export async function builtNow(): Promise<void> {
  await promisify(execFile)(process.execPath, ['packages/build.js'], {
    cwd: join(import.meta.dirname, '../..'),
  })
}

/** Builds all that is packed: the web app and the types too. */
export async function packagesNow(): Promise<void> {
  const cwd = join(import.meta.dirname, '../..')
  for (const script of ['web/build.js', 'docs/build.js', 'packages/build.js', 'packages/build-types.js'])
    await promisify(execFile)(process.execPath, [script], { cwd })
}
