import { defineConfig } from 'vitest/config'

// The drills in full size, unless the environment sets another one. `CHAOS_SEED`: see chaos.test.ts.
const {
  CHAOS_RUNS = '2000',
  FAIRNESS_RUNS = '2000',
  DRILL_WORKSPACES = '100',
  DRILL_SECRETS = '10000',
  DRILL_KILLS = '10',
  STALL_RUNS = '3',
  STALL_OUTPUTS = '12',
  STALL_TEXTS = '2',
  MIGRATION_RUNS = '1000000',
  DROP_RUNS = '2000000',
  AUDIT_ROWS = '100000',
} = process.env
const sizes = {
  CHAOS_RUNS,
  FAIRNESS_RUNS,
  DRILL_WORKSPACES,
  DRILL_SECRETS,
  DRILL_KILLS,
  STALL_RUNS,
  STALL_OUTPUTS,
  STALL_TEXTS,
  MIGRATION_RUNS,
  DROP_RUNS,
  AUDIT_ROWS,
}

export default defineConfig({
  cacheDir: '../../node_modules/.vite',
  test: {
    experimental: { viteModuleRunner: false },
    root: import.meta.dirname,
    include: [
      '*.test.ts',
      '*.drill.ts',
      '../audit/export.test.ts',
      '../processes/stall.test.ts',
      '../store/migration-under-load.test.ts',
      '../store/partition-drop.test.ts',
    ],
    reporters: ['verbose'],
    disableConsoleIntercept: true,
    // They run one after the other, so that each has the machine for itself.
    fileParallelism: false,
    globalSetup: ['../support/database-server.ts'],
    env: { NODE_ENV: 'production', ...sizes },
  },
})
