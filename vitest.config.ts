import { defineConfig } from 'vitest/config'

// Folders whose tests need no database; everything else gets one.
const unit = [
  'template',
  'secret',
  'redactor',
  'egress',
  'vault',
  'steps',
  'plugins',
  'domain',
  'web-unit',
].map((it) => `test/${it}/**/*.test.ts`)

export default defineConfig({
  // What Node itself asks for. With `development`, or without `module-sync`, graphql would be loaded twice; with
  // `module`, the AWS SDK would be loaded as the files that are meant for bundlers.
  ssr: { resolve: { conditions: ['module-sync', 'node'] } },
  test: {
    reporters: ['default', './test/support/summary-reporter.ts'],
    // Libraries relax their checks when they see that they are tested.
    env: { NODE_ENV: 'production' },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'unit', include: [...unit, 'test/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          exclude: [...unit, 'test/*.test.ts', 'test/web/**'],
          globalSetup: ['test/support/database-server.ts'],
        },
      },
      {
        // The API's tests once more, against an API process that has no private key in reach.
        extends: true,
        test: {
          name: 'keyless-api',
          include: ['test/api/**/*.test.ts'],
          globalSetup: ['test/support/database-server.ts'],
          env: { TEST_API: 'apart' },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/web/**/*.test.ts'],
          // A page that is looked at whole, in several sizes, on a small machine.
          testTimeout: 120_000,
          globalSetup: ['test/support/database-server.ts'],
        },
      },
    ],
  },
})
