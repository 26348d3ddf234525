import type { TestProject } from 'vitest/node'
import { startBrowser } from './browser.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of the browser that all test files share. */
    browserUrl: string
  }
}

/** Starts one browser for all test files. Each file opens its own windows in it, which share nothing. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const server = await startBrowser()
  provide('browserUrl', server.wsEndpoint())
  return () => server.close()
}
