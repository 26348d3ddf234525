import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { HookSignature } from '../../web/src/editor/draft/draft.ts'
import { hookCommand } from '../../web/src/editor/trigger/hook-command.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const KEY = `a key with "quotes", $signs and it's 7731`
const WHSEC = `whsec_${Buffer.from('bytes of a key \0\xff 5529', 'latin1').toString('base64')}`

let app: TestApp
let acme: TestWorkspace
beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  await acme.createSecret('HOOK_KEY', KEY)
  await acme.createSecret('WHSEC', WHSEC)
})
afterAll(async () => {
  await app.expectNoCanary(KEY, WHSEC)
  await app.close()
})

const create = `mutation ($input: AutomationInput!) { createAutomation(input: $input) {
  ... on CreateAutomationSuccess { automation { id hookUrl } } ... on Error { code message } } }`

/** @returns the URL of a new hook that asks for the signature. */
async function hookOf(hookSignature: HookSignature | null): Promise<string> {
  const steps = [
    { key: 'keep', type: 'set-values', fields: { values: '{"said":"{{ trigger.body.hello }}"}' } },
  ]
  const input = { workspace: 'acme', name: 'Hook', steps, hookSignature }
  const { automation } = await acme.admin.mutate(create, { input })
  return automation.hookUrl.replace(/^https?:\/\/[^/]+/, app.url)
}

/** What the shell prints, with the status of the answer behind it. */
async function inShell(command: string, keys: Record<string, string>): Promise<[string, string]> {
  const env = { PATH: process.env['PATH'] ?? '', ...keys }
  const { stdout } = await promisify(execFile)(
    'bash',
    ['--norc', '-c', `set -euo pipefail\n${command} -sS -w '\\n%{http_code}'`],
    { env },
  )
  const [status = '', ...rest] = stdout.split('\n').toReversed()
  return [rest.toReversed().join('\n'), status]
}

const custom: HookSignature = {
  secret: 'HOOK_KEY',
  style: 'CUSTOM',
  format: {
    ...{ header: 'X-Sig', algorithm: 'SHA512', encoding: 'BASE64', prefix: 'v1 ', toleranceSeconds: 60 },
    signed: `it's {timestamp}!"{body}`,
    timestampHeader: 'X-When',
  },
}
const named = (style: HookSignature['style'], secret = 'HOOK_KEY') => ({ secret, style })

test.each<[string, HookSignature | null]>([
  ['no signature', null],
  ['GitHub', named('GITHUB')],
  ['Bitbucket', named('BITBUCKET')],
  ['Stripe', named('STRIPE')],
  ['Slack', named('SLACK')],
  ['Shopify', named('SHOPIFY')],
  ['Standard Webhooks', named('STANDARD_WEBHOOKS', 'WHSEC')],
  ['a format of its own', custom],
])('the command for a hook starts a run in a shell: %s', async (_what, signature) => {
  const url = await hookOf(signature)
  const { command, variables } = hookCommand(url, signature)
  const [answer, status] = await inShell(command, { HOOK_KEY: KEY, WHSEC })
  expect(status).toBe('202')
  const run = await acme.waitForRun(JSON.parse(answer).runId)
  expect(run).toMatchObject({ status: 'SUCCEEDED', output: { said: 'world' } })
  expect(variables).toEqual(signature ? [signature.secret] : [])
  if (!signature) return
  const [, wrong] = await inShell(command, { HOOK_KEY: 'another key', WHSEC: 'whsec_AAAA' })
  expect(wrong).toBe('401')
})
