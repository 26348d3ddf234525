import { readdirSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

// `FUZZ_SECONDS` is the total time. `FUZZ_SEED` is the seed that a failure has printed.
const { FUZZ_SECONDS = '60', FUZZ_SEED = String(Date.now() % 2 ** 31) } = process.env
const files = readdirSync(import.meta.dirname).filter((it) => it.endsWith('.fuzz.ts'))
const seconds = Number(FUZZ_SECONDS)

export default defineConfig({
  cacheDir: '../../node_modules/.vite',
  test: {
    experimental: { viteModuleRunner: false },
    root: import.meta.dirname,
    include: ['*.fuzz.ts'],
    reporters: ['verbose'],
    disableConsoleIntercept: true,
    // The files run one after the other, so that each has its full share of the time.
    fileParallelism: false,
    testTimeout: (seconds + 300) * 1000,
    env: {
      NODE_ENV: 'production',
      FUZZ_SEED,
      FUZZ_SECONDS_OF_FILE: String(seconds / files.length),
    },
  },
})
