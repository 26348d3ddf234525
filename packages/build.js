// @ts-check
// `npm run build`: builds what is run, tested and installed. Plain JavaScript: the Node that runs it may be too old for the
// rest.
import { copyFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { build, root } from './bundle.js'
import { writeNotices } from './notices.js'

const MIGRATIONS = 'src/store/migrations'

const migrations = readdirSync(join(root, MIGRATIONS))
  .filter((it) => /^Migration\d+.*\.ts$/.test(it))
  .map((it) => [`migrations/${it.replace(/\.ts$/, '')}`, `${MIGRATIONS}/${it}`])

// See src/package-files.ts, which finds these files when the server runs.
await build({
  name: 'lockstep',
  entries: {
    main: 'src/main.ts',
    thread: 'src/off-loop/thread.ts',
    plugin: 'src/plugin-process/child/main.ts',
    steps: 'src/steps/index.ts',
    ...Object.fromEntries(migrations),
  },
  // Libraries are in the build, but for native code and what only work on Lockstep itself needs.
  outside: [/^node:/, 'pkcs11js', 'pg-native', 'vite'],
  carried: {
    'src/lockstep.js': 'lockstep.js',
    'src/find-node.js': 'find-node.js',
    'docs/database-roles.sql': 'database-roles.sql',
    'web/src/gql/persisted-documents.json': 'persisted-documents.json',
    'web/dist': 'web',
  },
  finish: writeNotices,
})

await build({
  name: 'steps',
  entries: { index: 'src/steps/index.ts', testing: 'src/steps/testing/index.ts' },
  outside: true,
})

await build({
  name: 'client',
  entries: { index: 'packages/client/src/index.ts', urql: 'packages/client/src/urql.ts' },
  platform: 'neutral',
  outside: true,
})

for (const name of ['lockstep', 'steps', 'client', 'create-lockstep-step']) {
  copyFileSync(join(root, 'LICENSE'), join(root, 'packages', name, 'LICENSE'))
}
