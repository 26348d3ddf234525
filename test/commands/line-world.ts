import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type CommandLine, openCommandLine } from '../support/command-here.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

/** An instance with the workspace `acme`, and command lines that act by tokens of it. */
export class LineWorld {
  app!: TestApp
  acme!: TestWorkspace
  /** Of an admin. */
  line!: CommandLine
  member!: CommandLine

  async open(): Promise<void> {
    this.app = await startTestApp()
    this.acme = await createTestWorkspace(this.app, 'acme')
    this.line = await this.#lineOf('ADMIN')
    this.member = await this.#lineOf('MEMBER')
  }

  async close(): Promise<void> {
    await this.line.close()
    await this.member.close()
    await this.app.close()
  }

  /** @returns its path, in the folder of the admin's command line. */
  async fileOf(name: string, content: string): Promise<string> {
    const file = join(this.line.folder, name)
    await writeFile(file, content)
    return file
  }

  async #lineOf(role: string): Promise<CommandLine> {
    const input = { workspace: 'acme', name: `line ${role}`, role, expiresAt: null }
    const { token } = await this.acme.admin.mutate(documents.createApiToken, { input })
    return openCommandLine({ LOCKSTEP_URL: this.app.url, LOCKSTEP_TOKEN: token })
  }
}
