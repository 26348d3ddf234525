import { AssertionError } from 'node:assert'
import { type StepAsk, type StepType, secretReferences } from '../index.ts'
import { type CanarySecret, canary } from './canary.ts'
import { hintsIn, leaksIn } from './leaks.ts'
import { type Observation, observeStep } from './observe-step.ts'
import { LATE_ERRORS, type Situation, signalOf, situations, startFailingNetwork } from './situations.ts'
import type { Surroundings } from './test-options.ts'
import type { Confidential } from './traces.ts'

/** One way to use a step type. */
export interface LeakCase extends Surroundings {
  readonly name: string
  /** The fields as a person would save them. Each secret that they name gets a random value. */
  readonly fields: Readonly<Record<string, unknown>>
  /** What a form asks for in the place of the step's work: `choices` and `check` are tested for leaks as well. */
  readonly ask?: StepAsk
  /** What the operator has set. Secrets in it get a random value unless they are here. */
  readonly config?: Readonly<Record<string, unknown>>
  /** Secrets that cannot be arbitrary text, such as a key. Of a `CanarySecret` only the part is confidential. */
  readonly secrets?: Readonly<Record<string, string | CanarySecret>>
  /** Called before the step runs in each situation, with its secrets, for instance to start a server. */
  prepare?(
    situation: Situation,
    secrets: Readonly<Record<string, string>>,
  ): Promise<Preparation> | Preparation
  /**
   * The server sends back what it gets, so the output contains values, which are redacted for people. Without it,
   * a value in the output is a leak, because a step must not rely on redaction.
   */
  readonly echoes?: boolean
  /**
   * Values that its servers give it, and that are as secret as its secrets: a token, best made by `canary()`. The step
   * has to protect those that it gives back.
   */
  readonly obtained?: Readonly<Record<string, string>>
  /** Keys that the step derives from its secrets, one from another, as a service asks for. Nobody may see them either. */
  derived?(secrets: Readonly<Record<string, string>>): Readonly<Record<string, string | Uint8Array>>
  /** Places where a digest of what it was given may be seen, as `output.etag`. */
  readonly digests?: readonly string[]
  /** The step fails even without a disturbance, as with an invalid key. */
  readonly fails?: boolean
  /** `prepare` starts servers that fail as the situation says, so that no others replace them. */
  readonly ownFailures?: boolean
}

/** Values that replace the case's own, and a function that cleans up after the step has run. */
export interface Preparation extends Surroundings {
  readonly fields?: Readonly<Record<string, unknown>>
  readonly obtained?: Readonly<Record<string, string>>
  release?(): unknown
}

/**
 * Runs a step type with random secrets through success, errors of the first and of each later request, broken
 * connections, timeouts and cancelling. It fails if anything of a value is visible in the step's output, errors, logs or
 * console: the whole value in a wrong place, a part of it, or a transformed form. Values of earlier runs count too, and
 * must not be sent again either: a step may not keep them. So does a step that goes on when it was told to stop.
 *
 * @throws AssertionError that names every place; an Error when the cases would prove nothing.
 */
export async function leakTest(step: StepType, cases: readonly LeakCase[]): Promise<void> {
  refuseIdle(step, cases)
  const leaks: string[] = []
  const earlier: Confidential[][] = []
  for (const it of cases) {
    let requests = 0
    for (const situation of situations) {
      const found = await leaksOf(step, it, { situation, earlier })
      requests = Math.max(requests, found.requests)
      leaks.push(...found.leaks)
    }
    if (it.ownFailures) continue
    for (let after = 1; after < Math.min(requests, LATE_ERRORS + 1); after++) {
      leaks.push(...(await leaksOf(step, it, { situation: 'late-error', after, earlier })).leaks)
    }
  }
  if (leaks.length === 0) return
  const advice = 'Never show what reveal() gives; hand a value made of it to context.protect.'
  const list = leaks.map((it) => `- ${it}`).join('\n')
  throw new AssertionError({ message: `Step type "${step.type}" leaks:\n${list}\n${advice}` })
}

/** Stops a leak test without secrets, which could not fail. */
function refuseIdle(step: StepType, cases: readonly LeakCase[]): void {
  if (cases.length === 0) throw new Error('The leak test has no cases.')
  const takesSecrets = Object.values(step.fields).some((it) => it.secrets)
  const used = cases.some(({ fields }) => secretReferences(step, fields).length > 0)
  if (takesSecrets && !used) {
    throw new Error('No case of the leak test puts a secret into a field, as in {{ secrets.TOKEN }}.')
  }
}

/**
 * Four characters of a random value may occur anywhere by chance. Those of a second random value do not occur in
 * the same place.
 */
async function leaksOf(
  step: StepType,
  it: LeakCase,
  trial: Trial,
): Promise<Pick<Findings, 'leaks' | 'requests'>> {
  const found = await tryCase(step, it, trial)
  const { leaks, hints, requests } = found
  if (leaks.length > 0 || hints.length === 0) return found
  const again = await tryCase(step, it, trial)
  return { leaks: [...again.leaks, ...again.hints.filter((hint) => hints.includes(hint))], requests }
}

interface Trial {
  readonly situation: Situation
  /** How many requests are answered before one is not. */
  readonly after?: number
  /** The values of each run before, to which it adds its own. */
  readonly earlier: Confidential[][]
}

interface Findings {
  /** How many requests the step sent. */
  readonly requests: number
  readonly leaks: readonly string[]
  readonly hints: readonly string[]
}

async function tryCase(
  step: StepType,
  it: LeakCase,
  { situation, after, earlier }: Trial,
): Promise<Findings> {
  const secrets = secretsOf(step, it)
  const values = Object.fromEntries(Object.entries(secrets).map(([name, { value }]) => [name, value]))
  const { release, fields, obtained, ...own } = (await it.prepare?.(situation, values)) ?? {}
  const failing =
    situation === 'success' || it.ownFailures ? undefined : await startFailingNetwork(situation, after)
  const { name, fields: written, prepare, echoes, fails, ownFailures, derived, digests, ...around } = it
  const config = configOf(step, it)
  const options = { ...around, ...own, config, fields: { ...written, ...fields }, secrets: values }
  try {
    const signal = signalOf(situation)
    const observation = await observeStep(step, { ...options, signal }, failing?.through)
    const parts = [
      ...Object.entries(secrets).map(([key, { part }]) => ({ name: key, value: part })),
      ...secretsIn(step, config),
      ...Object.entries({ ...it.obtained, ...obtained }).map(([key, value]) => ({ name: key, value })),
      ...Object.entries(derived?.(values) ?? {}).flatMap(([key, value]) => derivedParts(key, value)),
    ]
    const echoed = echoes === true || situation !== 'success'
    // A step keeps what it got first, or what it got last.
    const kept = [...(earlier[0] ?? []), ...(earlier.at(-1) ?? [])]
    const before = kept.filter(({ value }) => !parts.some((part) => part.value === value))
    earlier.push(parts.map((part) => ({ ...part, name: `${part.name} of an earlier run` })))
    const leaks = leaksIn(observation, parts, { echoed, digests: digests ?? [], before })
    if (leaks.length === 0 && situation === 'success') assertEnded(observation, it)
    const random = parts.filter((part) => it.secrets?.[part.name] === undefined)
    const named = (leak: string) => `case "${name}", ${situation}: ${leak}`
    const requests = observation.sent.length
    return { requests, leaks: leaks.map(named), hints: hintsIn(observation, random).map(named) }
  } finally {
    await failing?.[Symbol.asyncDispose]()
    await release?.()
  }
}

function configOf({ config: declared = {} }: StepType, { config = {} }: LeakCase): Record<string, unknown> {
  const secret = Object.entries(declared).filter(([, field]) => field.secrets)
  return { ...Object.fromEntries(secret.map(([name]) => [name, canary()])), ...config }
}

function secretsIn({ config: declared = {} }: StepType, config: Record<string, unknown>): Confidential[] {
  const secret = Object.entries(config).filter(([name]) => declared[name]?.secrets)
  return secret.map(([name, value]) => ({ name: `config.${name}`, value: String(value) }))
}

/** A key is bytes, which show as a text in one of these encodings. */
function derivedParts(name: string, value: string | Uint8Array): Confidential[] {
  if (typeof value === 'string') return [{ name, value }]
  const bytes = Buffer.from(value)
  return (['hex', 'base64', 'base64url'] as const).map((it) => ({ name, value: bytes.toString(it) }))
}

/** A case that fails by mistake would test only the error. */
function assertEnded({ outcome }: Observation, { name, fails }: LeakCase): void {
  const { error } = outcome
  if ((error !== undefined) === (fails === true)) return
  const what = error ? `does not succeed: ${error.code}: ${error.message}` : 'succeeds, and was said to fail.'
  throw new Error(`The case "${name}" of the leak test ${what}`)
}

function secretsOf(step: StepType, it: LeakCase): Record<string, CanarySecret> {
  const named = secretReferences(step, it.fields).map(({ name }) => name)
  const secrets: Record<string, CanarySecret> = {}
  for (const name of new Set([...named, ...Object.keys(it.secrets ?? {})])) {
    const given = it.secrets?.[name] ?? canary()
    secrets[name] = typeof given === 'string' ? { value: given, part: given } : given
  }
  return secrets
}
