import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { main } from '../support/instance.ts'
import { openSecretsWorld, type SecretsWorld, value } from './secrets-world.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let world: SecretsWorld
let app: TestApp
let folder: string
let admin: string
let member: string
let secrets: SecretsWorld['secrets']
let refusal: SecretsWorld['refusal']

beforeAll(async () => {
  world = await openSecretsWorld()
  ;({ app, folder, admin, member, secrets, refusal } = world)
})
afterAll(() => world.close())

test('a secret is created, listed, replaced and deleted', async () => {
  expect(await secrets(['list'])).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(await secrets(['set', 'stripeKey', '--any-host'], value)).toEqual({
    code: 0,
    stdout: 'STRIPE_KEY was created.\n',
    stderr: expect.stringMatching(/^lockstep: (The key of acme is|Nothing vouches for the key of acme).*\n$/),
  })
  expect((await secrets(['set', 'stripe-key'], `${value}2`)).stdout).toBe('STRIPE_KEY was replaced.\n')
  expect((await secrets(['list'])).stdout).toMatch(/^STRIPE_KEY\t\d{4}-\d\d-\d\dT[\d:.]+Z\n$/)
  expect((await secrets(['delete', 'STRIPE_KEY'])).stdout).toBe('STRIPE_KEY was deleted.\n')
  expect((await secrets(['list'])).stdout).toBe('')
  await app.expectNoCanary(value)
})

test('all secrets are listed in order, even over several pages', async () => {
  const client = app.withToken(admin)
  const wanted = Array.from({ length: 101 }, (_, index) => `LISTED_${String(index).padStart(3, '0')}`)
  for (const name of wanted) {
    await client.mutate(documents.createSecret, { input: { workspace: 'acme', name, value } })
  }
  const { stdout } = await secrets(['list'])
  expect(stdout.match(/^\S+/gm)).toEqual(wanted)
})

test('the token can be read from a file', async () => {
  const file = join(folder, 'token')
  await writeFile(file, `${admin}\n`, { mode: 0o600 })
  const env = { LOCKSTEP_TOKEN: '' }
  expect((await secrets(['set', 'BY_FILE', '--any-host', '--token-file', file], value, env)).code).toBe(0)
  expect((await secrets(['--token-file', file, 'delete', 'BY_FILE'], '', env)).code).toBe(0)
})

test.each([
  ['nothing', '\n', /The value is empty/],
  ['bytes that are no text', Buffer.from([0x61, 0x62, 0x63, 0x64, 0xff]), /not UTF-8/],
])('an invalid value is refused: %s', async (_what, input, says) => {
  const result = await refusal(() => secrets(['set', 'REFUSED', '--any-host'], input))
  expect(result).toEqual({ code: 1, says: expect.stringMatching(says) })
})

describe('where a secret may go', () => {
  const policyOf = async (name: string) => {
    const query = `query ($name: String!) {
      secretPolicy(workspace: "acme", name: $name) { hosts methods paths places sealed }
    }`
    return (await app.withToken(admin).graphql(query, { name })).data.secretPolicy
  }
  const anywhere = { hosts: [], methods: [], paths: [], places: [], sealed: true }
  const stripe = `sk_live_${'abcdEFGH1234'.repeat(2)}`

  test('is sealed with the value, and kept when only the value is replaced', async () => {
    const limits = ['--method', 'post', '--path', '/v1/', '--place', 'header:Authorization']
    const hosts = ['--host', 'API.stripe.com', '--host', 'http://127.0.0.1:4010']
    expect((await secrets(['set', 'BOUND', ...hosts, ...limits], value)).stdout).toBe('BOUND was created.\n')
    const bound = {
      ...{ hosts: ['api.stripe.com', 'http://127.0.0.1:4010'], methods: ['POST'] },
      ...{ paths: ['/v1/'], places: ['header:authorization'], sealed: true },
    }
    expect(await policyOf('BOUND')).toEqual(bound)
    expect((await secrets(['set', 'BOUND'], `${value}3`)).stdout).toBe('BOUND was replaced.\n')
    expect(await policyOf('BOUND')).toEqual(bound)
    expect((await secrets(['set', 'BOUND', '--any-host'], value)).stdout).toBe('BOUND was replaced.\n')
    expect(await policyOf('BOUND')).toEqual(anywhere)
  })

  test('is listed for an admin on request, and never for a member', async () => {
    expect((await secrets(['set', 'SHOWN', '--host', 'a.test', '--host', 'b.test'], value)).code).toBe(0)
    expect((await secrets(['set', 'SHOWN_FREE', '--any-host'], value)).code).toBe(0)
    const { stdout } = await secrets(['list', '--hosts'])
    expect(stdout).toMatch(/^SHOWN\t[^\t]+\ta\.test,b\.test$/m)
    expect(stdout).toMatch(/^SHOWN_FREE\t[^\t]+\tany public host$/m)
    const asMember = { LOCKSTEP_TOKEN: member }
    expect((await secrets(['list'], '', asMember)).stdout).toMatch(/^SHOWN\t[^\t]+Z$/m)
    const refused = await refusal(() => secrets(['list', '--hosts'], '', asMember))
    expect(refused).toEqual({ code: 1, says: expect.stringMatching(/lacks the scope secrets:write/) })
  })

  test('is required for a new secret', async () => {
    const result = await refusal(() => secrets(['set', 'UNSAID'], value))
    expect(result).toEqual({
      code: 1,
      says: expect.stringMatching(
        /UNSAID is new: say where.* --host HOST.* --any-host for any public host\.$/m,
      ),
    })
    expect(await policyOf('UNSAID')).toBeNull()
  })

  test.each([
    ['a host', stripe, /a value of Stripe: --host api\.stripe\.com$/m],
    [
      'what a host is like',
      `shpat_${'0f'.repeat(16)}`,
      /a value of Shopify: .* such as your-shop\.myshopify\.com$/m,
    ],
  ])('is suggested by the form of the value: %s', async (_what, input, says) => {
    const result = await refusal(() => secrets(['set', 'SUGGESTED'], input))
    expect(result).toEqual({ code: 1, says: expect.stringMatching(says) })
    expect(result.says).not.toContain(input.slice(10))
  })

  test.each([
    ['hosts and any host', ['--host', 'a.test', '--any-host'], /either --host or --any-host/],
    ['limits that leave the hosts open', ['--place', 'body'], /need --host or --any-host beside/],
    ['a host that is none', ['--host', 'https://a.test/v1'], /Entry 1 of hosts is not a host/],
    ['a wildcard below a public suffix', ['--host', '*.github.io'], /Anybody can have a name/],
    ['a place that is none', ['--any-host', '--place', 'header'], /is not a place/],
  ])('is refused if it is invalid: %s', async (_what, options, says) => {
    const result = await refusal(() => secrets(['set', 'BOUND', ...options], value))
    expect(result).toEqual({ code: 1, says: expect.stringMatching(says) })
  })
})

test('a value that can be guessed is stored only if the person confirms it', async () => {
  const pin = ['set', 'PIN', '--any-host']
  const result = await refusal(() => secrets(pin, '48151623'))
  expect(result).toEqual({ code: 1, says: expect.stringMatching(/can be guessed.* --guessable if you know/) })
  expect(result.says).not.toContain('4815')
  expect((await secrets([...pin, '--guessable'], '48151623')).stdout).toBe('PIN was created.\n')
})

describe('refused with a message that says what to do', () => {
  test('no token', async () => {
    const result = await refusal(() => secrets(['list'], '', { LOCKSTEP_TOKEN: '' }))
    expect(result).toEqual({
      code: 78,
      says: expect.stringMatching(/`lockstep login`, set LOCKSTEP_TOKEN, or give --token-file/),
    })
  })

  test('half a token', async () => {
    const half = { LOCKSTEP_TOKEN: admin.slice(0, -5) }
    const result = await refusal(() => secrets(['list'], '', half))
    expect(result).toEqual({ code: 78, says: expect.stringMatching(/incomplete or none \(not shown\)/) })
  })

  test('an unknown token', async () => {
    const unknown = { LOCKSTEP_TOKEN: `lks_acme.${'A'.repeat(43)}` }
    const result = await refusal(() => secrets(['set', 'KEY'], value, unknown))
    expect(result).toEqual({ code: 78, says: expect.stringMatching(/does not know the token/) })
  })

  test('a token file that others can read', async () => {
    const file = join(folder, 'open-token')
    await writeFile(file, admin, { mode: 0o644 })
    const result = await refusal(() => secrets(['list', '--token-file', file]))
    expect(result).toEqual({ code: 78, says: expect.stringMatching(/rights on the token file .*chmod 600/) })
  })

  test("a member's token", async () => {
    const env = { LOCKSTEP_TOKEN: member }
    for (const args of [
      ['set', 'KEY'],
      ['delete', 'LISTED_000'],
    ]) {
      const result = await refusal(() => secrets(args, value, env))
      expect(result).toEqual({ code: 1, says: expect.stringMatching(/lacks the scope secrets:write/) })
    }
  })

  test('a missing secret', async () => {
    const result = await refusal(() => secrets(['delete', 'ABSENT']))
    expect(result).toEqual({ code: 1, says: expect.stringMatching(/no secret named ABSENT/) })
  })

  test('an invalid name', async () => {
    const result = await refusal(() => secrets(['set', '…', '--any-host'], value))
    expect(result).toEqual({ code: 1, says: expect.stringMatching(/name of a secret is 1 to 128/) })
  })
})

const hasScript = spawnSync('script', ['--version']).status === 0

describe.skipIf(!hasScript)(`at a terminal${hasScript ? '' : ' (script(1) is not installed)'}`, () => {
  /** Runs the command with its own terminal. @param typed the text typed at the prompt. */
  async function type(typed: string): Promise<{ code: number | null; shown: string }> {
    const command = `'${process.execPath}' '${main}' secrets set TYPED --any-host`
    const env = { ...process.env, LOCKSTEP_URL: app.url, LOCKSTEP_TOKEN: admin, XDG_CONFIG_HOME: folder }
    const child = spawn('script', ['-qec', command, '/dev/null'], { env })
    let shown = ''
    child.stdout.on('data', (chunk) => {
      shown += String(chunk)
    })
    const closed = once(child, 'close')
    await vi.waitUntil(() => shown.includes('(it is not shown): '), { timeout: 60_000 })
    child.stdin.write(typed)
    const [code] = await closed
    return { code, shown }
  }

  test('the value is asked for without being shown', async () => {
    const { code, shown } = await type(`${value}\r`)
    expect(code).toBe(0)
    expect(shown).toContain('TYPED was created.')
    expect(shown).not.toContain(value)
  })

  test('Ctrl+C changes nothing', async () => {
    const { code, shown } = await type('sk_half\u0003')
    expect(code).toBe(1)
    expect(shown).toContain('Nothing was changed')
  })
})
