import type { Command } from 'commander'
import type { ApiSession } from '../client/session.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { Sensitive } from '../sensitive.ts'
import { CONFIGURATION_EXIT_CODE } from '../supervisor.ts'
import { readPassphraseFile } from '../vault/passphrase-file.ts'
import { errorOf, failureLine } from './report.ts'

/** The exit codes of a command that works over the API. */
export const API_EXITS = [1, 78] as const

export interface ApiOptions {
  tokenFile?: string
  workspace?: string
  json?: true
}

/** What a command tells: `json` with `--json`, and `lines` otherwise. */
export interface Told {
  json: unknown
  lines: readonly string[]
  exitCode?: number
}

const HELP =
  '\nWho you are says LOCKSTEP_TOKEN, an API token (lks_…) of a workspace, or else `lockstep login`. LOCKSTEP_URL is where\n' +
  'the API is; without it the server of the last `lockstep login`, or http://localhost:4000. NODE_EXTRA_CA_CERTS names an\n' +
  'authority of yours.'

/** A group of commands that work over the API. */
export function apiGroup(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--token-file <file>', 'a file that holds an API token (mode 0600), in place of LOCKSTEP_TOKEN')
    .option('--workspace <id>', 'if you are in several; an API token names its own')
    .addHelpText('after', HELP)
}

/** Runs a command over the API, prints what it tells or why it failed, and sets the exit code of the process. */
export async function runApiCommand(
  command: Command,
  config: () => Config,
  work: (session: ApiSession) => Promise<Told>,
): Promise<void> {
  const options = command.optsWithGlobals<ApiOptions>()
  return tell(options.json === true, async () => work(await openSession(config(), options)))
}

/** Prints what the work tells, or why it failed, and sets the exit code of the process. */
export async function tell(asJson: boolean, work: () => Promise<Told>): Promise<void> {
  try {
    const { json, lines, exitCode = 0 } = await work()
    process.stdout.write(asJson ? `${JSON.stringify(json)}\n` : lines.map((it) => `${it}\n`).join(''))
    process.exitCode = exitCode
  } catch (error) {
    const { code, message } = errorOf(error)
    process.exitCode = code === 'INVALID_CONFIG' ? CONFIGURATION_EXIT_CODE : 1
    process.stderr.write(`lockstep: ${message}\n`)
    if (asJson) process.stdout.write(failureLine(process.exitCode, { code, message }))
  }
}

async function openSession(config: Config, options: ApiOptions): Promise<ApiSession> {
  const { createSession, tokenCredentials } = await import('../client/session.ts')
  const file = options.tokenFile
  const token = file === undefined ? config.apiToken : await readPassphraseFile(file, 'token file')
  if (token) {
    const trimmed = new Sensitive(token.reveal().trim())
    return createSession(config.apiUrl ?? config.publicUrl, tokenCredentials(trimmed, options.workspace))
  }
  const { findLogin, loginCredentials } = await import('../client/login.ts')
  const login = await findLogin(config.apiUrl)
  if (login) return createSession(login.url, loginCredentials(login, options.workspace))
  const advice = 'Run `lockstep login`, set LOCKSTEP_TOKEN, or give --token-file.'
  throw new AppError('INVALID_CONFIG', `The API has to know who you are. ${advice}`)
}

/** Tells a person something beside what the command prints. */
export const aside = (line: string): void => void process.stderr.write(`lockstep: ${line}\n`)

/** A table for people: columns with a tab between them, which scripts can cut. */
export const row = (...columns: (string | number | null | undefined)[]): string =>
  columns.map((it) => it ?? '-').join('\t')
