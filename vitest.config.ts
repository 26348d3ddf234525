import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { changedFiles } from './test/support/changed-files.ts'
import { MixedSequencer } from './test/support/mixed-sequencer.ts'

// Folders whose tests need no database; everything else gets one.
const unit = [
  'template',
  'secret',
  'redactor',
  'off-loop',
  'egress',
  'vault',
  'steps',
  'plugins',
  'domain',
  'server',
  'web-unit',
].map((it) => `test/${it}/**/*.test.ts`)
// The connections of that many files fit into one PostgreSQL.
const mostAtOnce = 4
// They measure what runs do to one another, and so have the machine for themselves, after all others.
const alone = ['test/processes/stall.test.ts']
const withDatabase = { globalSetup: ['test/support/database-server.ts'] }

export default defineConfig({
  // What Node itself asks for. With `development`, or without `module-sync`, graphql would be loaded twice; with
  // `module`, the AWS SDK would be loaded as the files that are meant for bundlers.
  ssr: { resolve: { conditions: ['module-sync', 'node'] } },
  test: {
    reporters: ['default', './test/support/summary-reporter.ts'],
    env: {
      // Libraries relax their checks when they see that they are tested.
      NODE_ENV: 'production',
      // The processes that tests start compile nothing that another one has compiled.
      NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/node', import.meta.url)),
    },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Long enough for a busy machine: a test that passes waits no longer than it must.
    expect: { poll: { timeout: 20_000 } },
    // About half of those that run wait for other processes: two files more than there are cores keep the cores busy.
    maxWorkers: Math.min(availableParallelism() + 2, mostAtOnce),
    sequence: { sequencer: MixedSequencer },
    experimental: { vcsProvider: changedFiles },
    projects: [
      {
        extends: true,
        // They leave nothing behind in their process, so that the next file goes on in it.
        test: { name: 'unit', include: [...unit, 'test/*.test.ts'], isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          exclude: [...unit, 'test/*.test.ts', 'test/api/**', 'test/web/**', ...alone],
          isolate: false,
          ...withDatabase,
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: alone, sequence: { groupOrder: 1 }, ...withDatabase },
      },
      {
        // The API's tests run against an API process that has no private key in reach.
        extends: true,
        test: {
          name: 'keyless-api',
          include: ['test/api/**/*.test.ts'],
          // The API remembers who tried to sign in; it is another process for each file.
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
