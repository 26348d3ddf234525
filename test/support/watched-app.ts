import { startTestApp, type TestApp } from './app.ts'
import { createTestDatabase } from './database.ts'
import { openStatementLine } from './statement-line.ts'
import { createTestWorkspace, type TestWorkspace } from './workspace.ts'

/** An API whose statements are seen, with the workspace `acme`. */
export interface WatchedApp {
  app: TestApp
  acme: TestWorkspace
  /** The texts of the API's statements, in the order of their execution. */
  executed: string[]
  close(): Promise<void>
}

export async function startWatchedApp(): Promise<WatchedApp> {
  const database = await createTestDatabase()
  const line = await openStatementLine(database.url)
  // The worker, which makes the key of the workspace, asks past the line, so that the statements are the API's.
  const worker = await startTestApp({ env: { DATABASE_URL: database.url.reveal() } })
  const app = await startTestApp({ worker: false, env: { DATABASE_URL: line.url.reveal() } })
  const acme = await createTestWorkspace(app, 'acme')
  await worker.close()
  return {
    app,
    acme,
    executed: line.executed,
    async close() {
      await app.close()
      await line.close()
      await database.drop()
    },
  }
}
