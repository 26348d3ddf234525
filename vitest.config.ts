import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { changedFiles } from './test/support/changed-files.ts'
import { MixedSequencer } from './test/support/mixed-sequencer.ts'

// Folders whose tests need no database. All others get one.
const unit = [
  'template',
  'secret',
  'redactor',
  'off-loop',
  'egress',
  'vault',
  'steps',
  'plugins',
  'plugin-process',
  'domain',
  'server',
  'web-unit',
].map((it) => `test/${it}/**/*.test.ts`)
// How many files run at once. Browser files compute for most of their time, while many of the integration files wait for
// other processes: so more of these keep the cores busy. One PostgreSQL has enough connections for so many.
const atOnce = (more: number) => Math.min(availableParallelism(), 4) + more
// These tests measure how runs affect one another. They run after all others, with nothing beside them.
const alone = ['test/processes/stall.test.ts']
const withDatabase = { globalSetup: ['test/support/database-server.ts'] }

export default defineConfig({
  test: {
    reporters: ['default', './test/support/summary-reporter.ts'],
    env: {
      // Libraries relax their checks when NODE_ENV says that they are tested.
      NODE_ENV: 'production',
      // Processes that tests start share one compile cache.
      NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/node', import.meta.url)),
    },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Long enough for a busy machine. A passing test does not wait longer than necessary.
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: atOnce(2),
    // The files of one group follow those of the one before.
    sequence: { sequencer: MixedSequencer, groupOrder: 1 },
    // Node loads the files itself, as it does for a user: what is tested runs as it is, and with less work.
    experimental: { vcsProvider: changedFiles, viteModuleRunner: false },
    execArgv: ['--import', fileURLToPath(new URL('test/support/own-steps.js', import.meta.url))],
    projects: [
      {
        extends: true,
        // These files leave nothing behind in their process, so the next file uses the same one.
        test: { name: 'unit', include: [...unit, 'test/*.test.ts'], isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          exclude: [...unit, 'test/*.test.ts', 'test/api/**', 'test/web/**', ...alone],
          isolate: false,
          maxWorkers: atOnce(4),
          sequence: { groupOrder: 0 },
          ...withDatabase,
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: alone, sequence: { groupOrder: 2 }, ...withDatabase },
      },
      {
        // The API's tests run against an API process without access to a private key.
        extends: true,
        test: {
          name: 'keyless-api',
          include: ['test/api/**/*.test.ts'],
          // The API counts attempts to sign in, so each file has its own process.
          isolate: false,
          env: { TEST_API: 'apart' },
          ...withDatabase,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/web/**/*.test.ts'],
          isolate: false,
          // A page that is looked at whole, in several sizes, on a small machine.
          testTimeout: 120_000,
          globalSetup: [...withDatabase.globalSetup, 'test/support/browser-server.ts'],
        },
      },
    ],
  },
})
