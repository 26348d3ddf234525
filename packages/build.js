// @ts-check
// `npm run build`: builds what is run, tested and installed, unless it is built from just these sources already.
// Plain JavaScript: the Node that runs it may be too old for the rest.
import { existsSync } from 'node:fs'
import { cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isBuiltFromSources, recordSources } from '../web/sources.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const DIST = 'packages/lockstep/dist'
const MIGRATIONS = 'src/store/migrations'

/** What the built code reads beside itself: the source, and its name in the build. See src/package-files.ts. */
const carried = {
  'src/lockstep.js': 'lockstep.js',
  'docs/database-roles.sql': 'database-roles.sql',
  'web/src/gql/persisted-documents.json': 'persisted-documents.json',
  'web/dist': 'web',
}

const migrations = (await readdir(join(root, MIGRATIONS))).filter((it) => /^Migration\d+.*\.ts$/.test(it))

/** @type {Record<string, string>} */
const entries = {
  main: 'src/main.ts',
  thread: 'src/off-loop/thread.ts',
  steps: 'src/steps/index.ts',
  ...Object.fromEntries(
    migrations.map((it) => [`migrations/${it.replace(/\.ts$/, '')}`, `${MIGRATIONS}/${it}`]),
  ),
}

const server = {
  record: 'packages/lockstep/built-from.json',
  result: `${DIST}/main.js`,
  always: [
    'package-lock.json',
    'packages/build.js',
    ...Object.keys(carried).filter((it) => it !== 'web/dist'),
    // The web app changes when its own record does. Without a web app the server is built all the same.
    ...(existsSync(join(root, 'web/built-from.json')) ? ['web/built-from.json'] : []),
    ...migrations.map((it) => `${MIGRATIONS}/${it}`),
  ],
}

/** Not bundled: native code, and what only work on Lockstep itself needs. */
const outside = [/^node:/, 'pkcs11js', 'pg-native', 'vite']

if (!isBuiltFromSources(server)) await build()

async function build() {
  const { rolldown } = await import('rolldown')
  const bundle = await rolldown({
    cwd: root,
    input: entries,
    platform: 'node',
    external: outside,
    // The conditions of Node itself: with those of bundlers, some packages give files for browsers.
    resolve: { conditionNames: ['node'] },
    // Licences of the bundled packages are in a file of their own.
    onLog: (level, log, next) => (log.code === 'EVAL' ? undefined : next(level, log)),
  })
  await rm(join(root, DIST), { recursive: true, force: true })
  const { output } = await bundle.write({
    dir: join(root, DIST),
    format: 'esm',
    sourcemap: true,
    // The store and errors are known by the names of their classes.
    keepNames: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  })
  await bundle.close()
  for (const [from, to] of Object.entries(carried)) {
    if (existsSync(join(root, from))) await cp(join(root, from), join(root, DIST, to), { recursive: true })
  }
  recordSources(
    output.flatMap((it) => (it.type === 'chunk' ? it.moduleIds : [])),
    server,
  )
}
