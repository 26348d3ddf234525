import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type CommandResult, runLockstep } from '../support/command.ts'
import * as documents from '../support/documents.ts'
import { readRows } from '../support/rows.ts'
import { createTestWorkspace } from '../support/workspace.ts'

/** The value that the tests give to the command on its standard input. */
export const value = 'sk_from_standard_input_6621'

/** A Lockstep with the workspace `acme`, and the command `lockstep secrets` with a token of its admin. */
export interface SecretsWorld {
  app: TestApp
  /** For files of the test. */
  folder: string
  /** The tokens. */
  admin: string
  member: string
  secrets(args: string[], input?: string | Buffer, env?: NodeJS.ProcessEnv): Promise<CommandResult>
  /** The message of a failing command. Neither the value nor a token shows in it, and nothing was changed. */
  refusal(running: () => Promise<CommandResult>): Promise<{ code: number | null; says: string }>
  close(): Promise<void>
}

export async function openSecretsWorld(): Promise<SecretsWorld> {
  const app = await startTestApp()
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-secrets-'))
  const acme = await createTestWorkspace(app, 'acme')
  const newToken = async (role: string): Promise<string> => {
    const input = { workspace: 'acme', name: role, role }
    return (await acme.admin.mutate(documents.createApiToken, { input })).token
  }
  const [admin, member] = [await newToken('ADMIN'), await newToken('MEMBER')]
  return {
    app,
    folder,
    admin,
    member,
    secrets: (args, input, env = {}) =>
      runLockstep(['secrets', ...args], { LOCKSTEP_URL: app.url, LOCKSTEP_TOKEN: admin, ...env }, input),
    async refusal(running) {
      const before = await readRows(app.database)
      const { code, stdout, stderr } = await running()
      expect(stdout).toBe('')
      // On the first use the command also prints which key is pinned.
      expect(stderr).toMatch(/^(lockstep: The key of acme is .*\n)?lockstep: .*\n$/)
      for (const text of [value, admin.slice(10), member.slice(10)]) expect(stderr).not.toContain(text)
      expect(await readRows(app.database)).toEqual(before)
      return { code, says: stderr }
    },
    async close() {
      await app.close()
      await rm(folder, { recursive: true })
    },
  }
}
