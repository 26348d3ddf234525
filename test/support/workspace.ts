import type { TestApp } from './app.ts'
import type { Client } from './client.ts'
import * as documents from './documents.ts'

/** A workspace with an admin, and the usual actions of tests. */
export interface TestWorkspace {
  id: string
  admin: Client
  createSecret(name: string, value: string): Promise<{ name: string; updatedAt: string }>
  createToken(role: 'ADMIN' | 'MEMBER'): Promise<Client>
  createAutomation(
    name: string,
    steps: readonly object[],
  ): Promise<{ id: string; version: number; hookUrl: string }>
  /** Runs an automation and waits until the run has ended. */
  run(automation: string, input?: unknown): Promise<EndedRun>
  waitForRun(id: string): Promise<EndedRun>
}

export interface EndedRun {
  id: string
  status: string
  input: unknown
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails when it is not there.
  output: any
  error: { code: string; message: string } | null
  steps: { key: string; status: string; output: unknown; error: { code: string } | null; secrets: string[] }[]
}

export async function createTestWorkspace(
  app: Pick<TestApp, 'signUp' | 'withToken'>,
  id: string,
): Promise<TestWorkspace> {
  const admin = await app.signUp('Admin')
  await admin.mutate(documents.createWorkspace, { input: { id, name: id } })
  const workspace: TestWorkspace = {
    id,
    admin,
    async createSecret(name, value) {
      const { secret } = await admin.mutate(documents.createSecret, { input: { workspace: id, name, value } })
      return secret
    },
    async createToken(role) {
      const input = { workspace: id, name: `${role} token`, role }
      const { token } = await admin.mutate(documents.createApiToken, { input })
      return app.withToken(token)
    },
    async createAutomation(name, steps) {
      const input = { workspace: id, name, steps }
      const { automation } = await admin.mutate(documents.createAutomation, { input })
      return automation
    },
    async run(automation, input) {
      const { run } = await admin.mutate(documents.runAutomation, { input: { automation, input } })
      return workspace.waitForRun(run.id)
    },
    async waitForRun(run) {
      // Asked again and again for all of it, a run of large outputs would take most of the time to be read.
      while (!(await admin.graphql(documents.runEnd, { id: run })).data.run.finishedAt)
        await new Promise((resolve) => setTimeout(resolve, 50))
      return (await admin.graphql(documents.run, { id: run })).data.run
    },
  }
  return workspace
}
