import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { TestApp } from '../support/app.ts'
import type { CommandLine } from '../support/command-here.ts'
import * as documents from '../support/documents.ts'
import type { TestWorkspace } from '../support/workspace.ts'
import { LineWorld } from './line-world.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

const VALUE = 'sk_of_the_command_line_7712'

const world = new LineWorld()
let app: TestApp
let acme: TestWorkspace
let line: CommandLine
beforeAll(async () => {
  await world.open()
  ;({ app, acme, line } = world)
})
afterAll(() => world.close())

const fileOf = (name: string, content: string) => world.fileOf(name, content)

describe('secrets', () => {
  test('are set, listed, found where they are used, narrowed and deleted, with --json', async () => {
    const set = ['secrets', 'set', 'apiKey', '--host', 'a.test', '--host', 'b.test']
    expect((await line.json(set, VALUE)).data).toEqual({ name: 'API_KEY', action: 'created' })
    const { data } = await line.json(['secrets', 'list', '--hosts'])
    expect(data.secrets).toMatchObject([{ name: 'API_KEY', hosts: ['a.test', 'b.test'] }])
    await acme.createAutomation('Uses it', [
      {
        key: 'a',
        type: 'custom-http',
        fields: { method: 'GET', url: 'https://a.test/{{ secrets.API_KEY }}' },
      },
    ])
    const usages = await line.json(['secrets', 'usages', 'api-key'])
    expect(usages.data.usages).toMatchObject([{ automation: { name: 'Uses it' }, step: 'a', field: 'url' }])
    const narrow = ['secrets', 'policy', 'API_KEY', '--host', 'a.test', '--method', 'GET']
    expect((await line.json(narrow)).data).toMatchObject({
      name: 'API_KEY',
      hosts: ['a.test'],
      methods: ['GET'],
    })
    expect((await line.json(['secrets', 'policy', 'API_KEY'])).data.hosts).toEqual(['a.test'])
    const wider = await line.run(['secrets', 'policy', 'API_KEY', '--any-host', '--json'])
    expect(wider.code).toBe(1)
    expect(JSON.parse(wider.stdout)).toMatchObject({
      ok: false,
      exitCode: 1,
      error: { code: 'POLICY_WIDENS' },
    })
    expect((await line.json(['secrets', 'delete', 'API_KEY'])).data.action).toBe('deleted')
    await app.expectNoCanary(VALUE)
  })

  const stripe = `sk_live_${'qwerTYUI5678'.repeat(2)}`

  test('are imported from a .env file, those of a known vendor with its hosts, and replaced the next time', async () => {
    const file = await fileOf('.env', `# settings\nSTRIPE_KEY="${stripe}"\n`)
    const dry = await line.json(['secrets', 'import', file, '--dry-run'])
    expect(dry.data).toMatchObject({ imported: false, secrets: [{ name: 'STRIPE_KEY', action: 'created' }] })
    expect((await line.json(['secrets', 'list'])).data.secrets).toEqual([])
    const first = await line.json(['secrets', 'import', file, '--yes'])
    expect(first.data.secrets).toEqual([{ name: 'STRIPE_KEY', action: 'created', hosts: ['api.stripe.com'] }])
    const second = await line.json(['secrets', 'import', file, '--yes'])
    expect(second.data.secrets).toEqual([{ name: 'STRIPE_KEY', action: 'replaced', hosts: null }])
    expect((await line.json(['secrets', 'policy', 'STRIPE_KEY'])).data.hosts).toEqual(['api.stripe.com'])
    await app.expectNoCanary(stripe)
  })

  test('are imported all or none: one value without a place, or one that can be guessed, stops them', async () => {
    const file = await fileOf('mixed.env', `GOOD_KEY=${stripe}\nUNKNOWN=${VALUE}\nWEAK=test\n`)
    const { code, stderr, stdout } = await line.run(['secrets', 'import', file, '--yes'])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^UNKNOWN: it is new and of no vendor/m)
    expect(stderr).toMatch(/^WEAK: /m)
    expect(stderr).not.toContain(VALUE)
    const names = (await line.json(['secrets', 'list'])).data.secrets.map((it: { name: string }) => it.name)
    expect(names).not.toContain('GOOD_KEY')
  })

  test('are not imported without a yes, when there is no terminal to ask at', async () => {
    const file = await fileOf('asked.env', `ASKED=${VALUE}\n`)
    const { code, stderr } = await line.run(['secrets', 'import', file, '--any-host'])
    expect([code, stderr]).toEqual([78, expect.stringContaining('Give --yes')])
  })
})

describe('automations', () => {
  const echo = { key: 'keep', type: 'set-values', fields: { values: { b: 1, a: [true] } } }

  const automationFile = `
lockstep: 1
automations:
  - name: Nightly
    schedule: { cron: '@daily', timeZone: Europe/Berlin }
    hookAnswer: { waitSeconds: 5 }
    hookSignature: { secret: hookKey, style: GITHUB }
    steps:
      - key: call
        type: custom-http
        fields:
          method: POST
          url: https://api.example.com/v1/{{ trigger.body.id }}
          headers:
            - { name: authorization, value: 'Bearer {{ secrets.API_TOKEN }}' }
          bodyKind: json
          body: '{"id": 76159173374952512310, "z": 1, "a": 2}'
        onError: CONTINUE
        timeoutSeconds: 30
        retry: { count: 2, delaySeconds: 5 }
  - name: Empty
    steps: []
`

  test('are applied from a file: a second time changes nothing, and says so before and after', async () => {
    const file = await fileOf('automations.yaml', automationFile)
    const dry = await line.run(['automations', 'apply', file, '--dry-run'])
    expect([dry.code, dry.stdout]).toEqual([2, '2 of 2 automations would change.\n'])
    expect(dry.stderr).toContain('Nightly is new:')
    expect(dry.stderr).toContain('No secret of this workspace has the name API_TOKEN')
    const first = await line.json(['automations', 'apply', file, '--yes'])
    expect(first.data).toMatchObject({
      applied: true,
      automations: [
        { name: 'Nightly', action: 'create' },
        { name: 'Empty', action: 'create' },
      ],
      missingSecrets: ['API_TOKEN', 'HOOK_KEY'],
    })
    const events = () =>
      app.database.query("select count(*)::int as n from audit_event where action like 'automation.%'")
    const before = await events()
    for (const args of [['--yes'], ['--dry-run']]) {
      const again = await line.json(['automations', 'apply', file, ...args])
      expect([again.code, again.data.applied]).toEqual([0, false])
      expect(again.data.automations.map((it: { action: string }) => it.action)).toEqual(['none', 'none'])
    }
    expect(await events()).toEqual(before)
  })

  test('are exported as a file that changes nothing, in both formats', async () => {
    await acme.createAutomation('Kept', [echo])
    for (const format of ['yaml', 'json']) {
      const { stdout, code } = await line.run(['automations', 'export', '--format', format])
      expect(code).toBe(0)
      const file = await fileOf(`all.${format}`, stdout)
      const again = await line.json(['automations', 'apply', file, '--yes', '--prune'])
      expect([again.code, again.data.applied]).toEqual([0, false])
    }
    const output = join(line.folder, 'one.yaml')
    await line.run(['automations', 'export', 'Kept', '--output', output])
    expect(await readFile(output, 'utf8')).toMatch(/^lockstep: 1\nautomations:\n {2}- name: Kept\n/)
  })

  test('are changed where the file differs, which the difference shows, and keep their id and their runs', async () => {
    const { id } = await acme.createAutomation('Changing', [echo])
    const changed = {
      lockstep: 1,
      automations: [{ name: 'Changing', steps: [{ ...echo, timeoutSeconds: 7 }] }],
    }
    const file = await fileOf('changing.json', JSON.stringify(changed))
    const { code, stderr } = await line.run(['automations', 'apply', file, '--yes'])
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^ {2}\+ {4}timeoutSeconds: 7$/m)])
    const { data } = await line.json(['automations', 'list'])
    expect(data.automations).toContainEqual(expect.objectContaining({ id, name: 'Changing' }))
    const exported = await line.run(['automations', 'export', id])
    expect(exported.stdout).toContain('timeoutSeconds: 7')
  })

  test('lose what the file has not: settings always, and whole automations with --prune alone', async () => {
    const input = { cron: '0 0 * * *', timeZone: 'UTC' }
    await acme.admin.mutate(documents.createAutomation, {
      input: { workspace: 'acme', name: 'Scheduled', steps: [], schedule: input },
    })
    await acme.createAutomation('Pruned', [echo])
    const { stdout } = await line.run(['automations', 'export', '--format', 'json'])
    const all = JSON.parse(stdout)
    const rest = all.automations.filter((it: { name: string }) => it.name !== 'Pruned')
    for (const it of rest) if (it.name === 'Scheduled') delete it.schedule
    const file = await fileOf('rest.json', JSON.stringify({ lockstep: 1, automations: rest }))
    const actions = async (...args: string[]) =>
      (await line.json(['automations', 'apply', file, ...args])).data.automations.filter(
        (it: { action: string }) => it.action !== 'none',
      )
    expect(await actions('--yes')).toEqual([{ name: 'Scheduled', action: 'update' }])
    expect(await actions('--yes', '--prune')).toEqual([{ name: 'Pruned', action: 'delete' }])
    expect(await actions('--dry-run', '--prune')).toEqual([])
  })

  test.each([
    ['no YAML', 'lockstep: [1', /neither YAML nor JSON \(line 1/],
    ['another file', 'version: 3', /lockstep: .*\n.*automations: /],
    [
      'a misspelt key',
      'lockstep: 1\nautomations: [{ name: A, steps: [], scheduel: {} }]',
      /automations\.0: .*scheduel/,
    ],
    [
      'the same name twice',
      'lockstep: 1\nautomations: [{ name: A, steps: [] }, { name: A, steps: [] }]',
      /the name A/,
    ],
    ['a key twice', 'lockstep: 1\nlockstep: 1\nautomations: []', /neither YAML nor JSON/],
  ])('are not applied from a file that is wrong: %s', async (_what, content, says) => {
    const { code, stderr } = await line.run(['automations', 'apply', await fileOf('wrong', content), '--yes'])
    expect([code, stderr]).toEqual([1, expect.stringMatching(says)])
  })

  test('are refused as the API refuses them, with the name of the automation and what was done before', async () => {
    const wrong = { name: 'Wrong', steps: [{ key: 'a', type: 'no-such-type', fields: {} }] }
    const automations = [{ name: 'Right', steps: [] }, wrong]
    const file = await fileOf('refused.json', JSON.stringify({ lockstep: 1, automations }))
    const { code, stderr } = await line.run(['automations', 'apply', file, '--yes'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/lockstep: Wrong: .*no-such-type.* Changed before it: 1\. Apply again to go on\./)
  })

  test('keep the digits of a number that no double holds', async () => {
    const value =
      '{"lockstep":1,"automations":[{"name":"Digits","steps":[{"key":"a","type":"set-values","fields":{"values":{"id":76159173374952512310}}}]}]}'
    const file = await fileOf('digits.json', value)
    expect((await line.run(['automations', 'apply', file, '--yes'])).code).toBe(0)
    const { stdout } = await line.run(['automations', 'export', 'Digits'])
    expect(stdout).toContain('id: 76159173374952512310\n')
    const again = await line.json(['automations', 'apply', await fileOf('digits.yaml', stdout), '--yes'])
    expect(again.data.applied).toBe(false)
  })
})

describe('runs', () => {
  test('are started with an input, watched to their end, and listed', async () => {
    const { id } = await acme.createAutomation('Runs', [
      { key: 'a', type: 'set-values', fields: { values: '{{ trigger.word }}' } },
    ])
    const input = await fileOf('input.json', '{"word":"hello"}')
    const started = await line.json(['runs', 'start', 'Runs', '--input', input])
    const watched = await line.json(['runs', 'watch', started.data.run.id])
    expect([watched.code, watched.data.run]).toEqual([
      0,
      expect.objectContaining({ status: 'SUCCEEDED', output: 'hello' }),
    ])
    const { data } = await line.json(['runs', 'list', '--automation', id, '--status', 'succeeded'])
    expect(data.runs).toMatchObject([{ id: started.data.run.id, status: 'SUCCEEDED' }])
    const both = await line.run(['runs', 'start', id, '--watch'])
    expect(both.code).toBe(3)
    expect(both.stdout).toMatch(/^FAILED: UNKNOWN_VARIABLE\. /)
  })

  test('that wait are cancelled, and one that is watched ends with code 3', async () => {
    await acme.createAutomation('Waits', [
      {
        key: 'a',
        type: 'set-values',
        fields: { values: '{{ trigger.absent }}' },
        retry: { count: 3, delaySeconds: 3600, on: ['UNKNOWN_VARIABLE'] },
      },
    ])
    const { data } = await line.json(['runs', 'start', 'Waits'])
    expect((await line.json(['runs', 'cancel', data.run.id])).code).toBe(0)
    expect((await line.json(['runs', 'watch', data.run.id])).code).toBe(3)
  })

  test('that there are not are refused', async () => {
    const { data } = await line.json(['runs', 'start', 'Kept'])
    const missing = `${data.run.id.slice(0, -4)}0000`
    expect((await line.run(['runs', 'watch', missing])).code).toBe(1)
    expect((await line.run(['runs', 'cancel', missing])).stderr).toMatch(/^lockstep: .*run/i)
    expect((await line.run(['runs', 'start', 'Nothing'])).stderr).toContain('There is no automation Nothing')
  })
})

test.each([
  ['an unknown command', ['nonsense']],
  ['an unknown option', ['runs', 'list', '--frist', '3']],
  ['a missing argument', ['runs', 'watch']],
  ['a status that is none', ['runs', 'list', '--status', 'DONE']],
  ['a role that is none', ['members', 'role', 'a@example.com', 'OWNER']],
])('a command that is not written as it has to be ends with code 64: %s', async (_what, args) => {
  const { code, stdout, stderr } = await line.run(args)
  expect([code, stdout]).toEqual([64, ''])
  expect(stderr).toMatch(/^error: /)
})

test('a token of another workspace than the one that is named is refused before anything is asked', async () => {
  const { code, stderr } = await line.run(['secrets', 'list', '--workspace', 'globex'])
  expect([code, stderr]).toEqual([78, 'lockstep: The API token is of the workspace acme, not of globex.\n'])
})
