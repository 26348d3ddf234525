import { Command, InvalidArgumentError } from 'commander'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { Sensitive } from '../sensitive.ts'
import { configurationExitCode } from '../supervisor.ts'
import { readPassphraseFile } from '../vault/passphrase-file.ts'
import { readSecretValue } from './read-secret-value.ts'
import type { SecretsClient } from './secrets-client.ts'

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
    .action(() => run(async (client) => linesOf(await client.list())))
  secrets
    .command('set')
    .description(
      'create a secret or replace its value, which is read from standard input: all of it, but one line break at its end',
    )
    .argument('<name>', 'its name; myKey and my-key are MY_KEY')
    .action((name: string) => run((client) => setSecret(client, name)))
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

/** Of a certificate, with colons between the bytes or without. */
function readFingerprint(text: string): string {
  const fingerprint = text.replaceAll(':', '').toLowerCase()
  if (/^[0-9a-f]{64}$/.test(fingerprint)) return fingerprint
  throw new InvalidArgumentError('It has 64 hexadecimal digits.')
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
  const { createSecretsClient } = await import('./secrets-client.ts')
  const say = (line: string) => void process.stderr.write(`lockstep: ${line}\n`)
  return createSecretsClient(apiUrl, new Sensitive(token.reveal().trim()), { fingerprint, say })
}

const linesOf = (secrets: { name: string; updatedAt: string }[]): string =>
  secrets.map(({ name, updatedAt }) => `${name}\t${updatedAt}\n`).join('')

async function setSecret(client: SecretsClient, name: string): Promise<string> {
  const value = await readSecretValue(process.stdin, process.stderr, `Value for ${name} (it is not shown): `)
  const { name: stored, created } = await client.set(name, value)
  return `${stored} was ${created ? 'created' : 'replaced'}.\n`
}

/** Prints what the command says, or why it could not. @returns the exit code: 0, 1, or 78 for wrong settings. */
async function runCommand(command: () => Promise<string>): Promise<number> {
  try {
    process.stdout.write(await command())
    return 0
  } catch (error) {
    const known = error instanceof AppError
    process.stderr.write(`lockstep: ${known ? error.message : 'something went wrong that nobody expected'}\n`)
    return known && error.code === 'INVALID_CONFIG' ? configurationExitCode : 1
  }
}
