import { type Command, InvalidArgumentError } from 'commander'
import type { SecretsClient } from '../client/secrets-client.ts'
import type { Config } from '../config.ts'
import { API_EXITS, apiGroup, aside, runApiCommand, type Told } from './api-command.ts'
import { declare } from './facts.ts'
import { addPolicyOptions } from './policy-options.ts'
import type { ImportOptions, SetOptions } from './run-secrets.ts'

type Work = (client: SecretsClient, commands: typeof import('./run-secrets.ts')) => Promise<Told>

/** `lockstep secrets`: the secrets of a workspace over the API. */
export function addSecretCommands(program: Command, config: () => Config): void {
  const group = apiGroup(
    program,
    'secrets',
    'manage the secrets of a workspace over the API; a value is sealed before it is sent',
  ).option(
    '--fingerprint <sha256>',
    'of the key that vouches for the workspace (`lockstep keys list`); otherwise the first one is remembered',
    readFingerprint,
  )
  const run = (command: Command, work: Work) =>
    runApiCommand(command, config, async (session) => {
      const { fingerprint } = command.optsWithGlobals<{ fingerprint?: string }>()
      const { createSecretsClient } = await import('../client/secrets-client.ts')
      const client = createSecretsClient(session, { fingerprint, say: aside })
      return work(client, await import('./run-secrets.ts'))
    })
  addReading(group, run)
  addWriting(group, run)
}

type Run = (command: Command, work: Work) => Promise<void>

function addReading(group: Command, run: Run): void {
  const list = group
    .command('list')
    .description('print the name and the time of the last change of each secret')
    .option('--hosts', 'and, to an admin, the hosts that steps may send it to')
    .action(({ hosts }: { hosts?: true }, command: Command) =>
      run(command, (client, it) => it.listSecrets(client, hosts === true)),
    )
  const usages = group
    .command('usages')
    .description('print every place where an automation names the secret')
    .argument('<name>')
    .action((name: string, _options: object, command: Command) =>
      run(command, (client, it) => it.listUsages(client, name)),
    )
  const secret = { name: 'STRIPE_KEY', updatedAt: '2026-11-27T12:00:00.000Z', hosts: ['api.stripe.com'] }
  const usage = { automation: { id: 'acme:…', name: 'Charge' }, step: 'charge', field: 'headers' }
  declare(list, { exits: API_EXITS, json: { secrets: [secret] } })
  declare(usages, { exits: API_EXITS, json: { usages: [usage] } })
}

function addWriting(group: Command, run: Run): void {
  const set = addPolicyOptions(
    group
      .command('set')
      .description(
        'create a secret or replace its value, which is read from standard input: all of it, but one line break at its end',
      )
      .argument('<name>', 'its name; myKey and my-key are MY_KEY'),
  )
    .option('--guessable', 'keep a value that can be guessed: a run with it shows nothing of its data')
    .addHelpText('after', BINDING_HELP)
    .action((name: string, options: SetOptions, command: Command) =>
      run(command, (client, it) => it.setSecret(client, name, options)),
    )
  const remove = group
    .command('delete')
    .description('delete a secret: the steps that name it fail from then on')
    .argument('<name>')
    .action((name: string, _options: object, command: Command) =>
      run(command, (client, it) => it.deleteSecret(client, name)),
    )
  const load = addPolicyOptions(
    group
      .command('import')
      .description('create or replace the secrets of a .env file; each value is sealed before it is sent')
      .argument('<file>', '- for standard input'),
  )
    .option('--guessable', 'keep values that can be guessed')
    .option('--yes', 'ask nothing')
    .option('--dry-run', 'say what would be done, and do nothing')
    .addHelpText('after', IMPORT_HELP)
    .action((file: string, options: ImportOptions, command: Command) =>
      run(command, (client, it) => it.importSecrets(client, file, options)),
    )
  const policy = addPolicyOptions(
    group
      .command('policy')
      .description('print where a secret may go; with options, narrow it')
      .argument('<name>'),
  ).action((name: string, options: SetOptions, command: Command) =>
    run(command, (client, it) => it.secretPolicy(client, name, options)),
  )
  const limits = {
    hosts: ['api.stripe.com'],
    methods: ['POST'],
    paths: ['/v1/'],
    places: ['header:authorization'],
  }
  const shown = { name: 'STRIPE_KEY', ...limits, sealed: true, lastUsedAt: null }
  declare(set, { exits: API_EXITS, json: { name: 'STRIPE_KEY', action: 'created' } })
  declare(remove, { exits: API_EXITS, json: { name: 'STRIPE_KEY', action: 'deleted' } })
  declare(load, {
    exits: API_EXITS,
    json: { imported: true, secrets: [{ name: 'STRIPE_KEY', action: 'created', hosts: ['api.stripe.com'] }] },
  })
  declare(policy, { exits: API_EXITS, json: shown })
}

/** Reads the fingerprint of a certificate, with or without colons between the bytes. */
function readFingerprint(text: string): string {
  const fingerprint = text.replaceAll(':', '').toLowerCase()
  if (/^[0-9a-f]{64}$/.test(fingerprint)) return fingerprint
  throw new InvalidArgumentError('It has 64 hexadecimal digits.')
}

const BINDING_HELP =
  '\nA new secret needs --host or --any-host. An existing one keeps its policy unless you give one of them. The policy\n' +
  'is sealed with the value and cannot be widened without it. Write http:// before a host to allow plain HTTP. Name\n' +
  'only hosts that you trust: a host can give the value away by returning it in another form, such as reversed.'
const IMPORT_HELP =
  '\nWithout --host and --any-host, a value of a known vendor is bound to the hosts of the vendor, and a secret that is\n' +
  'there already keeps its policy. If another value is among them, nothing is imported.'
