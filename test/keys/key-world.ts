import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type Config, readConfig } from '../../src/config.ts'
import type { KeyCommand } from '../../src/keys/key-command.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { loadRootKey, openWorkspaceKey, type RootKey } from '../../src/vault/opening.ts'
import type { GeneralJwe } from '../../src/vault/sealing.ts'
import { startTestApp, type TestApp, type TestAppOptions } from '../support/app.ts'
import { startEchoServer } from '../support/echo-server.ts'
import { readRows } from '../support/rows.ts'
import { untilSigned } from '../support/until-signed.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const tables = ['root_certificate', 'signer', 'workspace_key', 'secret', 'audit_event'] as const

/** An instance with two workspaces and a secret in each, with the arguments of key commands for it. */
export class KeyWorld {
  app!: TestApp
  store!: Store
  folder = ''
  /** The lines that the command printed for the operator. */
  said: string[] = []
  workspaces: TestWorkspace[] = []

  constructor(options?: TestAppOptions) {
    beforeAll(async () => {
      this.folder = await mkdtemp(join(tmpdir(), 'lockstep-keys-'))
      this.app = await startTestApp(options)
      this.store = await openStore(this.app.database.url, 6)
      this.workspaces = []
      for (const id of ['acme', 'globex']) {
        const workspace = await createTestWorkspace(this.app, id)
        await workspace.createSecret('KEY', this.valueIn(id))
        this.workspaces.push(workspace)
      }
    })
    beforeEach(() => {
      this.said = []
    })
    afterAll(async () => {
      await this.app.expectNoCanary(...this.workspaces.map(({ id }) => this.valueIn(id)))
      await this.store.close()
      await this.app.close()
      await rm(this.folder, { recursive: true })
    })
  }

  valueIn = (workspace: string): string => `value in ${workspace} 5513`
  file = (name: string): string => join(this.folder, name)

  /** The arguments of a command on this instance, with other settings if given. */
  command(env: NodeJS.ProcessEnv = {}, parts: Partial<KeyCommand> = {}): KeyCommand {
    const { databaseUrl, rootKeyFile, dataFolder } = this.app.config
    const config: Config = readConfig({
      DATABASE_URL: databaseUrl?.reveal(),
      LOCKSTEP_DATA: dataFolder,
      LOCKSTEP_ROOT_KEY_FILE: rootKeyFile,
      ...env,
    })
    return {
      store: this.store,
      config,
      log: this.app.logger,
      actor: { label: 'lockstep keys (test)' },
      say: (line) => void this.said.push(line),
      progress: () => ({ advance: () => undefined, stop: () => undefined }),
      stopping: new AbortController().signal,
      ...parts,
    }
  }

  /** Runs a step that sends the workspace's secret. @returns how the run ended, if the right value arrived. */
  async use({ id, createAutomation, run }: TestWorkspace): Promise<string> {
    const service = await startEchoServer()
    const headers = [{ name: 'x-key', value: '{{ secrets.KEY }}' }]
    const fields = { method: 'GET', url: service.url, headers }
    const automation = await createAutomation('Use', [{ key: 'send', type: 'custom-http', fields }])
    const { status } = await run(automation.id)
    await service.close()
    return service.received.every((it) => it.headers['x-key'] === this.valueIn(id)) ? status : 'WRONG VALUE'
  }

  rootKey = (): Promise<RootKey> => loadRootKey(this.app.config.rootKeyFile)

  envelopes(): Promise<{ workspace: string; kid: string; sealed: GeneralJwe }[]> {
    return this.app.database.query(
      'select workspace_id as workspace, kid, sealed_private_key as sealed from workspace_key order by 1, 2',
    )
  }

  /** The lists of recipients of all workspace keys, each list once. */
  async recipients(): Promise<string[][]> {
    const lists = (await this.envelopes()).map(({ sealed }) => sealed.recipients.map((it) => it.header.kid))
    return [...new Map(lists.map((it) => [it.join(), it])).values()]
  }

  /** How many workspace keys the key opens. */
  async opens(key: RootKey): Promise<number> {
    const attempts = (await this.envelopes()).map(({ workspace, kid, sealed }) =>
      openWorkspaceKey(key, workspace, kid, sealed).then(
        () => 1,
        () => 0,
      ),
    )
    return (await Promise.all(attempts)).reduce((sum: number, it) => sum + it, 0)
  }

  /** Everything that a key command writes to, once the running workers have signed new keys. */
  async rows(): Promise<string[]> {
    await this.untilSigned()
    return readRows(this.app.database, tables)
  }

  untilSigned = (): Promise<void> => untilSigned(this.app.database)
}
