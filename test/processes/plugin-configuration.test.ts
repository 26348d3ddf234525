import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { createLogger } from '../../src/log.ts'
import { readConfigurations, variableOf } from '../../src/processes/plugin-configuration.ts'
import { loadConfiguredStepTypes } from '../../src/processes/step-types.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { defineStep, type Fields, field } from '../../src/steps/index.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-configuration-'))
})
afterAll(() => rm(folder, { recursive: true }))

const config = {
  apiKey: field.text({ label: 'API key', required: true, secrets: true }),
  server: field.url({ label: 'Server', default: 'https://chat.example.com' }),
  region: field.choice({ label: 'Region', options: ['eu', 'us'] }),
  most: field.number({ label: 'Most', min: 1, max: 9, integer: true }),
  quiet: field.boolean({ label: 'Quiet', default: false }),
  rules: field.json({ label: 'Rules' }),
}
const stepOf = (type: string, declared: Fields) =>
  defineStep({
    ...{ type, title: 'S', description: 'S', output: {}, fields: {} },
    config: declared,
    run: () => null,
  })
const packageOf = (name: string, declared: Fields = config) => ({ name, types: [stepOf('post', declared)] })
const PREFIX = 'LOCKSTEP_PLUGIN_ACME_CHAT__'

test.each([
  ['@acme/chat-steps', 'apiKey', 'LOCKSTEP_PLUGIN_ACME_CHAT_STEPS__API_KEY'],
  ['./steps/post-message.ts', 'url', 'LOCKSTEP_PLUGIN_STEPS_POST_MESSAGE__URL'],
  ['a__b', 'x2Key', 'LOCKSTEP_PLUGIN_A_B__X2_KEY'],
])('the variable of %s for %s is %s', (plugin, name, variable) => {
  expect(variableOf(plugin, name)).toBe(variable)
})

test('variables become values of their kinds, a secret one a Sensitive, and the rest keeps its default', async () => {
  const file = join(folder, 'rules.json')
  await writeFile(file, '{"a": 1}\n')
  const { configured, problems } = readConfigurations([packageOf('@acme/chat')], {
    [`${PREFIX}API_KEY`]: 'k-4711',
    [`${PREFIX}REGION`]: 'us',
    [`${PREFIX}MOST`]: '5',
    [`${PREFIX}QUIET`]: 'true',
    [`${PREFIX}RULES_FILE`]: file,
  })
  expect(problems).toEqual([])
  const { apiKey, ...rest } = configured.get('post') ?? {}
  expect(apiKey).toBeInstanceOf(Sensitive)
  expect((apiKey as Sensitive).reveal()).toBe('k-4711')
  expect(rest).toEqual({
    ...{ server: 'https://chat.example.com', region: 'us', most: 5, quiet: true, rules: { a: 1 } },
  })
})

test('every fault is told with its variable and its package, and without the value', () => {
  const value = 'hunter2-in-the-wrong-place'
  const { problems } = readConfigurations([packageOf('@acme/chat')], {
    [`${PREFIX}SERVER`]: value,
    [`${PREFIX}REGION`]: '{{ trigger.body }}',
    [`${PREFIX}MOST`]: '10',
    [`${PREFIX}QUIET`]: 'yes',
    [`${PREFIX}RULES_FILE`]: join(folder, 'missing'),
    [`${PREFIX}API_KY`]: value,
    LOCKSTEP_PLUGIN_OTHER__KEY: value,
  })
  const its = 'for the plugin @acme/chat, has to be'
  expect(problems).toEqual([
    `${PREFIX}API_KEY is not set. The plugin @acme/chat needs it: API key.`,
    `${PREFIX}SERVER, ${its} an http or https address (not shown).`,
    `${PREFIX}REGION, ${its} one of eu, us (not shown).`,
    `${PREFIX}MOST, ${its} a whole number from 1 up to 9 (not shown).`,
    `${PREFIX}QUIET, ${its} true or false (not shown).`,
    `${PREFIX}RULES_FILE, for the plugin @acme/chat, names a file that cannot be read (ENOENT).`,
    `${PREFIX}API_KY is not a variable of a plugin. Did you mean ${PREFIX}API_KEY?`,
    'LOCKSTEP_PLUGIN_OTHER__KEY is not a variable of a plugin. No plugin asks for it.',
  ])
})

test('a variable and its file are not set both', () => {
  const both = { [`${PREFIX}API_KEY`]: 'x', [`${PREFIX}API_KEY_FILE`]: '/x' }
  const { problems } = readConfigurations([packageOf('@acme/chat')], both)
  expect(problems).toEqual([`${PREFIX}API_KEY and ${PREFIX}API_KEY_FILE are set. Keep one of them.`])
})

test('no package is given what another one is, by a name that is like its name', () => {
  const key = { apiKey: field.text({ label: 'Key', secrets: true }) }
  const chatKey = { chatApiKey: field.text({ label: 'Key' }) }
  const twins = readConfigurations([packageOf('@acme/chat', key), packageOf('acme-chat', key)], {})
  expect(twins.problems).toEqual([
    `${PREFIX}API_KEY would be for the plugins @acme/chat and acme-chat. Rename one.`,
  ])
  const other = { name: 'acme', types: [stepOf('other', chatKey)] }
  const env = { [`${PREFIX}API_KEY`]: 'k-4711' }
  const { configured } = readConfigurations([packageOf('@acme/chat', key), other], env)
  expect(configured.get('other')).toEqual({ chatApiKey: undefined })
})

test('a step type is given what it declares, and not what others of its package do', () => {
  const types = [stepOf('one', { apiKey: config.apiKey }), stepOf('two', { region: config.region })]
  const env = { [`${PREFIX}API_KEY`]: 'k-4711', [`${PREFIX}REGION`]: 'eu' }
  const { configured } = readConfigurations([{ name: '@acme/chat', types }], env)
  expect(configured.get('two')).toEqual({ region: 'eu' })
})

test('two step types of a package cannot mean two things by one field', () => {
  const types = [
    stepOf('one', { key: field.text({ label: 'Key' }) }),
    stepOf('two', { key: field.json({ label: 'K' }) }),
  ]
  const { problems } = readConfigurations([{ name: '@acme/chat', types }], {})
  expect(problems).toEqual([`${PREFIX}KEY: step types of the plugin @acme/chat declare key in two ways.`])
})

test('a process that runs steps reads it for the packages that it has loaded, and takes it out of its environment', async () => {
  const plugins = readConfig({
    LOCKSTEP_PLUGINS: './test/fixtures/friendly-plugin/index.ts',
    LOCKSTEP_DATA: folder,
  })
  const env: NodeJS.ProcessEnv = {
    LOCKSTEP_PLUGIN_FRIENDLY_PLUGIN__KEY: 'k-4711',
    LOCKSTEP_PLUGIN_FRIENDLY_PLUGIN__REGION: 'us',
    KEPT: 'x',
  }
  const log = createLogger('silent', 'test')
  const { registry, close } = await loadConfiguredStepTypes(plugins, log, env)
  await close()
  expect(env).toEqual({ KEPT: 'x' })
  expect(registry.get('moved').configured).toEqual({ key: expect.any(Sensitive), region: 'us' })
  expect(registry.get('friendly').configured).toEqual({})
  await expect(loadConfiguredStepTypes(plugins, log, {})).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    message: 'LOCKSTEP_PLUGIN_FRIENDLY_PLUGIN__KEY is not set. The plugin friendly-plugin needs it: Key.',
  })
})
