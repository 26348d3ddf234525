import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { checkFile } from '../audit/file-check.ts'
import { linesIn } from '../audit/file-lines.ts'
import type { ChainReport, Problem } from '../audit/problem.ts'
import type { Trusted } from '../audit/statements.ts'
import { verifyLog } from '../audit/verify-log.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { loadConfiguredRootKey } from '../keys/root-key.ts'
import { openSigner } from '../keys/signing.ts'
import { type AuditSnapshot, openAuditSnapshot } from '../store/audit-rows.ts'
import { trustedSigners } from '../vault/opening.ts'
import { type KnownSigner, peekAuditStatement } from '../vault/sealing.ts'
import { CHANGED } from './exit-codes.ts'
import { showCount } from './progress.ts'
import { failureLine } from './report.ts'
import { type CommandParts, runCommand } from './run-command.ts'

export interface VerifyOptions {
  workspace?: string
  fingerprint?: string
  checkpoints?: string
  json?: true
}

const SHOWN = 50

/** Verifies the log in the database and ends the process with its exit code. */
export function runAuditVerify(config: Config, options: VerifyOptions): Promise<never> {
  const verify = async (parts: CommandParts) => {
    const snapshot = await openAuditSnapshot(parts.url)
    try {
      const { trusted, reason } = await findTrusted(parts, config, snapshot, options.fingerprint)
      const kept = options.checkpoints === undefined ? undefined : await readKept(options.checkpoints)
      const workspaces = await chosen(snapshot, options.workspace)
      const chains = await verifyAll({ snapshot, trusted }, workspaces, kept)
      return print(chains, reason, options.json === true)
    } finally {
      await snapshot.close()
    }
  }
  return runCommand('audit', config, verify, { json: options.json === true && 'failures' })
}

async function verifyAll(
  parts: { snapshot: AuditSnapshot; trusted: Trusted },
  workspaces: readonly string[],
  kept: ReadonlyMap<string, string[]> | undefined,
): Promise<ChainReport[]> {
  let rows = 0
  const progress = showCount('Verified', () => `${rows} rows`)
  const advance = (count: number) => {
    rows += count
  }
  try {
    const chains: ChainReport[] = []
    for (const workspace of workspaces)
      chains.push(await verifyLog({ ...parts, kept: kept?.get(workspace) ?? [], advance }, workspace))
    return chains
  } finally {
    progress.stop()
  }
}

/** @throws AppError NOT_FOUND for a workspace without a log. */
export async function chosen(snapshot: AuditSnapshot, workspace: string | undefined): Promise<string[]> {
  const all = await snapshot.workspaces()
  if (workspace === undefined) return all
  if (all.includes(workspace)) return [workspace]
  throw new AppError('NOT_FOUND', `There is no workspace ${workspace}. There are: ${all.join(', ')}.`)
}

/** Verifies an exported file, without a database, and ends the process with its exit code. */
export async function runAuditVerifyFile(file: string, { fingerprint, json }: VerifyOptions): Promise<never> {
  try {
    const input = file === '-' ? process.stdin : createReadStream(file)
    let reason: string | undefined
    const { chains } = await checkFile(linesIn(input), async (signers) => {
      const { trusted, reason: why } = await trustOf(signers, fingerprint)
      reason = why
      return trusted
    })
    process.exit(print(chains, reason, json === true))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? `: ${String(error.code)}` : ''
    const message = `${file} could not be read${code}.`
    process.stderr.write(`lockstep: ${message}\n`)
    if (json) process.stdout.write(failureLine(1, { code: 'BAD_USER_INPUT', message }))
    process.exit(1)
  }
}

interface Trust {
  trusted: Trusted
  /** Why nothing that is signed was verified. */
  reason?: string
}

async function findTrusted(
  { store, log }: CommandParts,
  config: Config,
  snapshot: AuditSnapshot,
  fingerprint: string | undefined,
): Promise<Trust> {
  const signers = await snapshot.signers()
  if (fingerprint !== undefined) return trustOf(signers, fingerprint)
  try {
    const signer = await openSigner(config, await loadConfiguredRootKey(store, config))
    if (signer) return { trusted: await trustedSigners(signers, signer.certificate) }
    return { trusted: undefined, reason: 'The root key cannot sign where it is held.' }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    log.debug({ err: error }, 'no root key here')
    return trustOf(signers, undefined)
  }
}

async function trustOf(signers: readonly KnownSigner[], fingerprint: string | undefined): Promise<Trust> {
  const named = signers.map((it) => it.fingerprint).join(', ') || 'nobody'
  if (fingerprint === undefined) {
    const advice = `Give --fingerprint, as \`lockstep keys list\` shows it. It is said to be signed by ${named}.`
    return { trusted: undefined, reason: `The root key is not known here. ${advice}` }
  }
  const pinned = signers.find((it) => it.fingerprint === fingerprint)
  // Whoever rewrites a log can put their own certificate beside it.
  return { trusted: pinned ? await trustedSigners(signers, pinned) : new Map() }
}

// A compact JWS, wherever in a text it stands.
const STATEMENT = /\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+\b/g

/** @returns the checkpoints in a text, by workspace. */
async function readKept(file: string): Promise<Map<string, string[]>> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('INVALID_CONFIG', `${file} cannot be read (${cause.code}).`, { cause })
  })
  const kept = new Map<string, string[]>()
  for (const [statement] of text.matchAll(STATEMENT)) {
    const said = peekAuditStatement(statement)
    if (said && said.first === undefined)
      kept.set(said.workspace, [...(kept.get(said.workspace) ?? []), statement])
  }
  return kept
}

/** @returns the exit code. */
function print(chains: readonly ChainReport[], reason: string | undefined, asJson: boolean): number {
  const problems = chains.flatMap((it) => it.problems)
  const whole = problems.length === 0
  // Every key is always there, so that a script need not ask for it.
  const nullIfNone = (_key: string, value: unknown) => value ?? null
  const report = { whole, signatures: reason ?? 'verified', chains }
  if (asJson) process.stdout.write(`${JSON.stringify(report, nullIfNone)}\n`)
  else process.stdout.write(linesOf(chains, problems, reason))
  return whole ? 0 : CHANGED
}

function linesOf(chains: readonly ChainReport[], problems: readonly Problem[], reason?: string): string {
  const lines = chains.map((it) => `${it.problems.length === 0 ? '✓' : '✗'} ${describe(it)}`)
  for (const it of problems.slice(0, SHOWN)) lines.push(`    ${placeOf(it)}: ${it.kind}. ${it.message}`)
  if (problems.length > SHOWN) lines.push(`    and ${problems.length - SHOWN} more; --json names all`)
  if (reason !== undefined) lines.push(`! Signatures were not verified. ${reason}`)
  if (problems.length > 0) lines.push('What to do: docs/recovery.md, "When the audit log does not verify".')
  return lines.map((it) => `${it}\n`).join('')
}

function describe({ workspace, rows, from, to, vouched, unlinked }: ChainReport): string {
  const range = from === undefined ? 'no rows' : `${rows} rows, ${from} to ${to}`
  const signed = vouched ? `, vouched for up to ${vouched.sequence} at ${vouched.at}` : ''
  const open = unlinked ? `, ${unlinked.rows} not linked yet since ${unlinked.oldest}` : ''
  return `${workspace}: ${range}${signed}${open}`
}

function placeOf({ workspace, sequence, id, line }: Problem): string {
  const parts = [line && `line ${line}`, workspace, sequence && `row ${sequence}`, id]
  return parts.filter((it) => it !== undefined && it !== '').join(' ')
}
