import { Command, InvalidArgumentError } from 'commander'
import type { ListedSecret, SecretsClient } from '../client/secrets-client.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import type { PolicyDraft } from '../secret/policy.ts'
import { Sensitive } from '../sensitive.ts'
import { CONFIGURATION_EXIT_CODE } from '../supervisor.ts'
import { readPassphraseFile } from '../vault/passphrase-file.ts'
import { readSecretValue } from './read-secret-value.ts'

/** `lockstep secrets`: the secrets of a workspace over the API, with an API token that names the workspace. */
export function secretsCommand(config: () => Config): Command {
  const secrets = new Command('secrets')
    .description('manage the secrets of a workspace over the API; a value is sealed before it is sent')
    .option('--token-file <file>', 'a file that holds an API token (mode 0600), in place of LOCKSTEP_TOKEN')
    .option(
      '--fingerprint <sha256>',
      'of the key that vouches for the workspace (`lockstep keys list`); otherwise the first one is remembered',
      readFingerprint,
    )
    .addHelpText(
      'after',
      '\nLOCKSTEP_URL is where the API is (default: http://localhost:4000). LOCKSTEP_TOKEN is an API token (lks_…)\n' +
        'of the workspace, with the role ADMIN for set and delete. NODE_EXTRA_CA_CERTS names an authority of yours.',
    )
  const run = async (work: (client: SecretsClient) => Promise<string>) => {
    const options = secrets.opts<ClientOptions>()
    process.exitCode = await runCommand(async () => work(await openClient(config(), options)))
  }
  secrets
    .command('list')
    .description('print the name and the time of the last change of each secret')
    .option('--hosts', 'and, to an admin, the hosts that steps may send it to')
    .action(({ hosts }: { hosts?: true }) =>
      run(async (client) => linesOf(await client.list(hosts === true))),
    )
  secrets
    .command('set')
    .description(
      'create a secret or replace its value, which is read from standard input: all of it, but one line break at its end',
    )
    .argument('<name>', 'its name; myKey and my-key are MY_KEY')
    .option('--host <host>', 'a host that steps may send it to; give it again for another', collect)
    .option('--any-host', 'let steps send it to any public host')
    .option('--method <method>', 'only with this HTTP method; again for another', collect)
    .option('--path <prefix>', 'only to paths that begin so, such as /v1/; again for another', collect)
    .option('--place <place>', 'only there: header:NAME, query:NAME, body, url, TYPE.FIELD; again', collect)
    .option('--guessable', 'keep a value that can be guessed: a run with it shows nothing of its data')
    .addHelpText('after', BINDING_HELP)
    .action((name: string, options: SetOptions) => run((client) => setSecret(client, name, options)))
  secrets
    .command('delete')
    .description('delete a secret: the steps that name it fail from then on')
    .argument('<name>')
    .action((name: string) => run(async (client) => `${await client.delete(name)} was deleted.\n`))
  return secrets
}

interface ClientOptions {
  tokenFile?: string
  fingerprint?: string
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

interface SetOptions {
  host?: string[]
  anyHost?: true
  method?: string[]
  path?: string[]
  place?: string[]
  guessable?: true
}

const collect = (entry: string, before: string[] = []): string[] => [...before, entry]

/** @throws AppError INVALID_VALUE for limits without hosts, and for hosts together with "any host". */
function policyFrom({ host, anyHost, method, path, place }: SetOptions): PolicyDraft | undefined {
  if (host && anyHost) throw new AppError('INVALID_VALUE', 'Give either --host or --any-host, not both.')
  if (host || anyHost) return { hosts: host, methods: method, paths: path, places: place }
  if (!method && !path && !place) return undefined
  // Without this refusal, a secret that is bound to hosts would be opened to all hosts.
  throw new AppError('INVALID_VALUE', '--method, --path and --place need --host or --any-host beside them.')
}

async function openClient(
  { apiUrl, apiToken }: Config,
  { tokenFile, fingerprint }: ClientOptions,
): Promise<SecretsClient> {
  const token = tokenFile === undefined ? apiToken : await readPassphraseFile(tokenFile, 'token file')
  if (!token) {
    const advice = 'Set LOCKSTEP_TOKEN or give --token-file. An admin makes a token in the web app.'
    throw new AppError('INVALID_CONFIG', `This needs an API token (lks_…). ${advice}`)
  }
  const { createSecretsClient } = await import('../client/secrets-client.ts')
  const say = (line: string) => void process.stderr.write(`lockstep: ${line}\n`)
  return createSecretsClient(apiUrl, new Sensitive(token.reveal().trim()), { fingerprint, say })
}

const linesOf = (secrets: ListedSecret[]): string =>
  secrets
    .map(({ name, updatedAt, hosts }) => [
      name,
      updatedAt,
      ...(hosts ? [hosts.join(',') || 'any public host'] : []),
    ])
    .map((columns) => `${columns.join('\t')}\n`)
    .join('')

async function setSecret(client: SecretsClient, name: string, options: SetOptions): Promise<string> {
  const policy = policyFrom(options)
  const value = await readSecretValue(process.stdin, process.stderr, `Value for ${name} (it is not shown): `)
  const { name: stored, created } = await client.set(name, value, { policy, guessable: options.guessable })
  return `${stored} was ${created ? 'created' : 'replaced'}.\n`
}

/**
 * Prints the command's answer, or the reason why it failed. @returns the exit code: 0, 1, or 78 for wrong
 * settings.
 */
async function runCommand(command: () => Promise<string>): Promise<number> {
  try {
    process.stdout.write(await command())
    return 0
  } catch (error) {
    const known = error instanceof AppError
    process.stderr.write(`lockstep: ${known ? error.message : 'something went wrong that nobody expected'}\n`)
    return known && error.code === 'INVALID_CONFIG' ? CONFIGURATION_EXIT_CODE : 1
  }
}
