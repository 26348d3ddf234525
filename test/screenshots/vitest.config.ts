import { defineConfig } from 'vitest/config'

/** `npm run screenshots` makes the pictures of the README from the real app. */
export default defineConfig({
  cacheDir: '../../node_modules/.vite',
  test: {
    experimental: { viteModuleRunner: false },
    root: import.meta.dirname,
    include: ['screenshots.ts'],
    env: { NODE_ENV: 'production' },
    globalSetup: ['../support/database-server.ts', '../support/browser-server.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
})
