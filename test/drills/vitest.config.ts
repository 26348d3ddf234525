import { defineConfig } from 'vitest/config'

// `CHAOS_RUNS` and `CHAOS_SEED`: see chaos.test.ts.
const { CHAOS_RUNS = '2000' } = process.env

export default defineConfig({
  cacheDir: '../../node_modules/.vite',
  ssr: { resolve: { conditions: ['module', 'node'] } },
  test: {
    root: import.meta.dirname,
    include: ['chaos.test.ts'],
    reporters: ['verbose'],
    disableConsoleIntercept: true,
    env: { NODE_ENV: 'production', CHAOS_RUNS },
  },
})
