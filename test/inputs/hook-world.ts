import { expect } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'
import { sendRaw } from './raw-http.ts'

export const VALUE = 'ein Geheimnis für Málaga und andere 5510'

const create = `mutation ($input: AutomationInput!) { createAutomation(input: $input) {
  ... on CreateAutomationSuccess { automation { hookUrl } } ... on Error { code message } } }`

/** What senders of webhooks really send, by real HTTP, to automations that give back their trigger. */
export class HookWorld {
  app!: TestApp
  acme!: TestWorkspace
  path = ''
  signedPath = ''

  async open(): Promise<void> {
    this.app = await startTestApp()
    this.acme = await createTestWorkspace(this.app, 'acme')
    await this.acme.createSecret('SIGNING', VALUE)
    const steps = [
      { key: 'know', type: 'set-values', fields: { values: {} } },
      { key: 'out', type: 'set-values', fields: { values: '{{ trigger }}' } },
    ]
    this.path = new URL((await this.acme.createAutomation('In', steps)).hookUrl).pathname
    const hookSignature = { secret: 'SIGNING', style: 'GITHUB' }
    const { automation } = await this.acme.admin.mutate(create, {
      input: { workspace: 'acme', name: 'Signed', steps, hookSignature },
    })
    this.signedPath = new URL(automation.hookUrl).pathname
  }

  async close(): Promise<void> {
    await this.app.expectNoCanary(VALUE)
    await this.app.close()
  }

  readonly send = (
    body: Uint8Array | string,
    headers: readonly (string | Buffer)[] = [],
    to: string = this.path,
  ) => sendRaw(this.app.url, to, { headers: ['Prefer: wait=25', ...headers], body: Buffer.from(body) })

  /** @returns what the automation got. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails when it is not there.
  readonly trigger = async (...args: Parameters<HookWorld['send']>): Promise<any> => {
    const { status, json } = await this.send(...args)
    expect({ status, json }).toMatchObject({ status: 200, json: { status: 'SUCCEEDED' } })
    return (json as { output: unknown }).output
  }
}
