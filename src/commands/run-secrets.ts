import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { SecretsClient } from '../client/secrets-client.ts'
import { AppError } from '../errors.ts'
import { parseEnvFile } from '../secret/env-file.ts'
import { GUESSABLE_WARNING, isGuessable } from '../secret/guessable.ts'
import type { PolicyDraft } from '../secret/policy.ts'
import { checkValue } from '../secret/value.ts'
import { vendorOf } from '../secret/vendors.ts'
import { Sensitive } from '../sensitive.ts'
import { normalizeSecretName } from '../template/index.ts'
import { row, type Told } from './api-command.ts'
import { askFor } from './ask.ts'
import { type PolicyOptions, policyFrom } from './policy-options.ts'
import { readSecretValue } from './read-secret-value.ts'

export interface SetOptions extends PolicyOptions {
  guessable?: true
}

export interface ImportOptions extends SetOptions {
  yes?: true
  dryRun?: true
}

const hostsOf = (hosts: readonly string[]): string => hosts.join(',') || 'any public host'

export async function listSecrets(client: SecretsClient, withHosts: boolean): Promise<Told> {
  const secrets = await client.list(withHosts)
  const columns = secrets.map((it) => [it.name, it.updatedAt, ...(it.hosts ? [hostsOf(it.hosts)] : [])])
  return {
    json: { secrets: secrets.map((it) => ({ ...it, hosts: it.hosts ?? null })) },
    lines: columns.map((it) => row(...it)),
  }
}

export async function listUsages(client: SecretsClient, name: string): Promise<Told> {
  const usages = await client.usages(name)
  return { json: { usages }, lines: usages.map((it) => row(it.automation.name, it.step, it.field)) }
}

export async function setSecret(client: SecretsClient, name: string, options: SetOptions): Promise<Told> {
  const policy = policyFrom(options)
  const value = await readSecretValue(process.stdin, process.stderr, `Value for ${name} (it is not shown): `)
  const { name: stored, created } = await client.set(name, value, { policy, guessable: options.guessable })
  const action = created ? 'created' : 'replaced'
  return { json: { name: stored, action }, lines: [`${stored} was ${action}.`] }
}

export async function deleteSecret(client: SecretsClient, name: string): Promise<Told> {
  const stored = await client.delete(name)
  return { json: { name: stored, action: 'deleted' }, lines: [`${stored} was deleted.`] }
}

export async function secretPolicy(
  client: SecretsClient,
  name: string,
  options: PolicyOptions,
): Promise<Told> {
  const wanted = policyFrom(options)
  if (wanted) await client.narrow(name, wanted)
  const policy = await client.policy(name)
  const { hosts, methods, paths, places, sealed, lastUsedAt } = policy
  return {
    json: policy,
    lines: [
      row('hosts', hostsOf(hosts)),
      row('methods', methods.join(',') || 'any'),
      row('paths', paths.join(',') || 'any'),
      row('places', places.join(',') || 'any'),
      row('sealed', sealed ? 'yes' : 'no, a worker seals it soon'),
      row('last used', lastUsedAt),
    ],
  }
}

interface Planned {
  name: string
  value: Sensitive
  action: 'created' | 'replaced'
  /** Undefined: it keeps its own. */
  policy: PolicyDraft | undefined
}

export async function importSecrets(
  client: SecretsClient,
  file: string,
  options: ImportOptions,
): Promise<Told> {
  const values = await readEnvFile(file)
  const known = new Set((await client.list()).map((it) => it.name))
  const plan = planImport(values, known, options)
  const lines = plan.map((it) =>
    row(it.name, it.action, it.policy ? hostsOf(it.policy.hosts ?? []) : 'as it is'),
  )
  const json = (imported: boolean) => ({
    imported,
    secrets: plan.map(({ name, action, policy }) => ({
      name,
      action,
      hosts: policy ? (policy.hosts ?? []) : null,
    })),
  })
  if (options.dryRun) return { json: json(false), lines: [...lines, 'Nothing was imported (--dry-run).'] }
  if (!options.yes) process.stderr.write(lines.map((it) => `${it}\n`).join(''))
  if (!(await askFor(`Import these ${plan.length} secrets?`, options)))
    return { json: json(false), lines: ['Nothing was imported.'], exitCode: 1 }
  for (const { name, value, policy } of plan) {
    await client.set(name, value, { policy, guessable: options.guessable })
  }
  return { json: json(true), lines: options.yes ? [...lines, 'Imported.'] : ['Imported.'] }
}

async function readEnvFile(file: string): Promise<Map<string, Sensitive>> {
  const content = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch((cause) => {
    throw new AppError('INVALID_CONFIG', `${file} cannot be read (${cause.code ?? 'unknown'}).`, { cause })
  })
  const values = new Map<string, Sensitive>()
  for (const { key, value } of parseEnvFile(content)) {
    const name = normalizeSecretName(key)
    if (values.has(name))
      throw new AppError('INVALID_NAME', `The file has ${name} twice. Rename one, or take it out.`)
    values.set(name, new Sensitive(value))
  }
  if (values.size > 0) return values
  throw new AppError('INVALID_VALUE', `${file} has no line NAME=VALUE.`)
}

/** Everything is checked before anything is written. @throws AppError with a line for each that cannot be imported. */
function planImport(
  values: ReadonlyMap<string, Sensitive>,
  known: ReadonlySet<string>,
  options: ImportOptions,
): Planned[] {
  const given = policyFrom(options)
  const problems: string[] = []
  const plan = [...values].map(([name, value]): Planned => {
    const vendor = vendorOf(value.reveal())
    const ofVendor = vendor && vendor.hosts.length > 0 ? { hosts: vendor.hosts } : undefined
    const isKnown = known.has(name)
    const policy = given ?? (isKnown ? undefined : ofVendor)
    const problem = problemOf(value, options) ?? (policy || isKnown ? undefined : NOWHERE)
    if (problem !== undefined) problems.push(`${name}: ${problem}`)
    return { name, value, action: isKnown ? 'replaced' : 'created', policy }
  })
  if (problems.length === 0) return plan
  throw new AppError('INVALID_VALUE', `Nothing was imported.\n${problems.join('\n')}`)
}

const NOWHERE = 'it is new and of no vendor that is known. Give --host or --any-host, or set it by itself.'

function problemOf(value: Sensitive, { guessable }: ImportOptions): string | undefined {
  try {
    checkValue(value.reveal())
  } catch (error) {
    if (error instanceof AppError) return error.message
    throw error
  }
  return isGuessable(value.reveal()) && !guessable ? `${GUESSABLE_WARNING} Or give --guessable.` : undefined
}
