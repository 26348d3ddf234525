import { fileURLToPath } from 'node:url'

/** Whether this is the code of the built package, and not its sources. */
export const isBuilt = import.meta.url.endsWith('.js')

/** The file of the built package or, from sources, that of the repository; both relative to this one. */
const path = (built: string, source: string): string =>
  fileURLToPath(new URL(isBuilt ? built : source, import.meta.url))

/** Every file that is read, started or imported by its path at run time. `packages/build.js` carries each into the build. */
export const packageFiles = {
  /** The folder of package.json. */
  root: path('..', '..'),
  manifest: path('../package.json', '../package.json'),
  main: path('main.js', 'main.ts'),
  /** What a thread runs that works beside the event loop. */
  thread: path('thread.js', 'off-loop/thread.ts'),
  /** The process of a plugin. */
  plugin: path('plugin.js', 'plugin-process/child/main.ts'),
  /** What a plugin gets when it imports `@lockstep/steps`. */
  steps: path('steps.js', 'steps/index.ts'),
  migrations: path('migrations', 'store/migrations'),
  databaseRoles: path('database-roles.sql', '../docs/database-roles.sql'),
  webApp: path('web', '../web/dist'),
  /** The web app's documents by their hashes. */
  documents: path('persisted-documents.json', '../web/src/gql/persisted-documents.json'),
} as const

/** Where the code of Lockstep is, with all that the API reads of it. A folder that is made later needs the star. */
export const codePlaces: readonly string[] = isBuilt
  ? [packageFiles.manifest, path('.', '.')]
  : [
      packageFiles.manifest,
      path('.', '.'),
      path('.', '../plugins'),
      `${packageFiles.webApp}/*`,
      path('.', '../web/src/gql/*'),
    ]
