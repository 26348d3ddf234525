// @ts-check
import { existsSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isBuiltFromSources, recordSources } from '../web/sources.js'

export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * @typedef {object} Package
 * @property {string} name its folder below packages
 * @property {Record<string, string>} entries the files of the build, without their ending, and their sources
 * @property {boolean | (string | RegExp)[]} outside which libraries stay imports; true: all of them
 * @property {Record<string, string>} [carried] what the built code reads beside itself: the source, and its name in the build
 * @property {'node' | 'neutral'} [platform]
 * @property {(modules: readonly string[], dist: string) => Promise<void>} [finish]
 */

/**
 * Builds a package unless it is built from just these sources already.
 *
 * @param {Package} wanted
 */
export async function build({ name, entries, outside, carried = {}, platform = 'node', finish }) {
  const folder = `packages/${name}`
  const dist = join(root, folder, 'dist')
  const record = {
    record: `${folder}/built-from.json`,
    result: `${folder}/dist/${Object.keys(entries)[0]}.js`,
    always: [
      'package-lock.json',
      'packages/bundle.js',
      'packages/build.js',
      ...Object.values(entries),
      ...Object.keys(carried)
        .flatMap(sourcesOf)
        .filter((it) => existsSync(join(root, it))),
    ],
  }
  if (isBuiltFromSources(record)) return
  const modules = await bundle(dist, { entries, outside, platform })
  for (const [from, to] of Object.entries(carried)) {
    if (existsSync(join(root, from))) await cp(join(root, from), join(dist, to), { recursive: true })
  }
  await finish?.(modules, dist)
  recordSources(modules, record)
}

/**
 * The web app and its docs change when their own records do. Without a web app the server is built all the same.
 *
 * @param {string} carried
 */
const sourcesOf = (carried) =>
  carried === 'web/dist' ? ['web/built-from.json', 'web/docs-built-from.json'] : [carried]

/**
 * @param {string} dist
 * @param {Required<Pick<Package, 'entries' | 'outside' | 'platform'>>} package_
 * @returns {Promise<string[]>} the modules that are in the build
 */
async function bundle(dist, { entries, outside, platform }) {
  const { rolldown } = await import('rolldown')
  const bundle = await rolldown({
    cwd: root,
    input: entries,
    platform,
    external: outside === true ? (id, from) => from !== undefined && !/^[./]/.test(id) : outside || [],
    // The conditions of Node itself: with those of bundlers, some packages give files for browsers.
    resolve: { conditionNames: platform === 'node' ? ['node'] : [] },
    onLog: (level, log, next) => (log.code === 'EVAL' ? undefined : next(level, log)),
  })
  await rm(dist, { recursive: true, force: true })
  const { output } = await bundle.write({
    dir: dist,
    format: 'esm',
    // Lines and names; the sources themselves are in the repository.
    sourcemap: true,
    sourcemapExcludeSources: true,
    // The store and errors are known by the names of their classes.
    keepNames: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  })
  await bundle.close()
  return output.flatMap((it) => (it.type === 'chunk' ? it.moduleIds : []))
}
