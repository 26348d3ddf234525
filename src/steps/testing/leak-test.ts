import { AssertionError } from 'node:assert'
import { type StepType, secretReferences } from '../index.ts'
import { type CanarySecret, canary } from './canary.ts'
import { hintsIn, leaksIn } from './leaks.ts'
import { type Observation, observeStep } from './observe-step.ts'
import { type Situation, signalOf, situations, startFailingNetwork } from './situations.ts'
import type { Surroundings } from './test-options.ts'

/** One way to use a step type. */
export interface LeakCase extends Surroundings {
  readonly name: string
  /** The fields as a person would save them. Each secret that they name gets a random value. */
  readonly fields: Readonly<Record<string, unknown>>
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
  /** The step fails even without a disturbance, as with an invalid key. */
  readonly fails?: boolean
  /** `prepare` starts servers that fail as the situation says, so that no others replace them. */
  readonly ownFailures?: boolean
}

/** Values that replace the case's own, and a function that cleans up after the step has run. */
export interface Preparation extends Surroundings {
  readonly fields?: Readonly<Record<string, unknown>>
  release?(): unknown
}

/**
 * Runs a step type with random secrets through success, errors, broken connections, timeouts and cancelling. It
 * fails if anything of a value is visible in the step's output, errors, logs or console: the whole value in a
 * wrong place, a part of it, or a transformed form.
 *
 * @throws AssertionError that names every place; an Error when the cases would prove nothing.
 */
export async function leakTest(step: StepType, cases: readonly LeakCase[]): Promise<void> {
  refuseIdle(step, cases)
  const leaks: string[] = []
  for (const it of cases) {
    for (const situation of situations) leaks.push(...(await leaksOf(step, it, situation)))
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
async function leaksOf(step: StepType, it: LeakCase, situation: Situation): Promise<readonly string[]> {
  const { leaks, hints } = await tryCase(step, it, situation)
  if (leaks.length > 0 || hints.length === 0) return leaks
  const again = await tryCase(step, it, situation)
  return [...again.leaks, ...again.hints.filter((hint) => hints.includes(hint))]
}

interface Findings {
  readonly leaks: readonly string[]
  readonly hints: readonly string[]
}

async function tryCase(step: StepType, it: LeakCase, situation: Situation): Promise<Findings> {
  const secrets = secretsOf(step, it)
  const values = Object.fromEntries(Object.entries(secrets).map(([name, { value }]) => [name, value]))
  const { release, fields, ...own } = (await it.prepare?.(situation, values)) ?? {}
  const failing = situation === 'success' || it.ownFailures ? undefined : await startFailingNetwork(situation)
  const { name, fields: written, prepare, echoes, fails, ownFailures, ...around } = it
  const options = { ...around, ...own, fields: { ...written, ...fields }, secrets: values }
  try {
    const signal = signalOf(situation)
    const observation = await observeStep(step, { ...options, signal }, failing?.through)
    const parts = Object.entries(secrets).map(([key, { part }]) => ({ name: key, value: part }))
    const allowed = echoes === true || situation !== 'success'
    const leaks = leaksIn(observation, parts, allowed)
    if (leaks.length === 0 && situation === 'success') assertEnded(observation, it)
    const random = parts.filter((part) => it.secrets?.[part.name] === undefined)
    const named = (leak: string) => `case "${name}", ${situation}: ${leak}`
    return { leaks: leaks.map(named), hints: hintsIn(observation, random).map(named) }
  } finally {
    await failing?.[Symbol.asyncDispose]()
    await release?.()
  }
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
