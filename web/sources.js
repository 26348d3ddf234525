// @ts-check
// Plain JavaScript: the Node that runs it may be too old for the rest.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** @typedef {{ record: string, result: string, always: readonly string[] }} Build */

/**
 * What every build of the web app reads, whatever its modules are; the lockfile stands for all packages. The record lies
 * beside the built files and not among them: the API would serve it.
 *
 * @type {Build}
 */
const webApp = {
  record: 'web/built-from.json',
  result: 'web/dist/index.html',
  always: [
    'package-lock.json',
    'web/index.html',
    'web/vite.config.ts',
    'web/sources.js',
    ...filesIn('web/public'),
  ],
}

/**
 * Writes down what the built files are made of.
 *
 * @param {readonly string[]} modules as the bundler names them: those outside the project count by the lockfile
 */
export function recordSources(modules, build = webApp) {
  const files = modules
    .map((it) => relative(root, it.split('?', 1)[0] ?? ''))
    .filter(
      (it) => !it.startsWith('..') && !it.split(sep).includes('node_modules') && existsSync(join(root, it)),
    )
  const sources = [...new Set([...build.always, ...files])]
  writeFileSync(join(root, build.record), JSON.stringify({ sources, hash: hashOf(sources) }))
}

/** Whether the result is there, and built from just the sources that are there now. */
export function isBuiltFromSources(build = webApp) {
  try {
    const { sources, hash } = JSON.parse(readFileSync(join(root, build.record), 'utf8'))
    return existsSync(join(root, build.result)) && hash === hashOf(sources)
  } catch {
    // There is no build, or one of its sources has gone.
    return false
  }
}

/** @param {readonly string[]} sources */
function hashOf(sources) {
  const hash = createHash('sha256')
  for (const file of sources)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0')
  return hash.digest('hex')
}

/** @param {string} folder */
function filesIn(folder) {
  return readdirSync(join(root, folder)).map((it) => `${folder}/${it}`)
}
