import { isDeepStrictEqual } from 'node:util'
import { parseJson } from '../exact-json.ts'
import type { RunRedactor } from '../redactor/index.ts'
import type { ResolvedSecret } from '../resolver/resolver.ts'
import { anywhere, inBothSchemes, type Policy } from '../secret/policy.ts'
import { Sensitive } from '../sensitive.ts'
import type { StoredError } from '../store/entities/index.ts'
import type { HandedSecret } from '../store/runs/run-job.ts'
import { type RunOrigin, splitOrigin } from '../store/runs/run-origin.ts'
import { readStarted } from '../store/runs/started-step.ts'
import type { Opener } from '../vault/opening.ts'
import type { Sealer } from '../vault/sealing.ts'
import { Outputs } from './outputs.ts'
import { assertBudget, type BudgetName } from './run-budget.ts'
import type { ClaimedStep } from './run-record.ts'

/** A value that the redactor of the run learned, as a worker that takes over must learn it again. */
type Learned = readonly [
  names: readonly string[],
  value: string,
  policies?: readonly (Policy | string)[] | undefined,
  /** Whether its parts are as secret as the whole, although it is no secret of the workspace. */
  withParts?: boolean | undefined,
]

/** What one execution knows in the clear. It lives in the worker's memory, and sealed in the store. */
export interface RunState {
  readonly trigger: unknown
  /** Where the run comes from. */
  readonly origin: RunOrigin
  /** True outputs of the finished steps that later steps name, as templates see them. */
  readonly steps: Readonly<Record<string, { output?: unknown; error?: unknown }>>
  /** The values that the run has resolved, by the names of the secrets. */
  readonly secrets: ReadonlyMap<string, Sensitive>
  /** Where each secret that the run has learned may go: what every one of its policies allows. */
  readonly policies: ReadonlyMap<string, readonly Policy[]>
  /**
   * Whether a search could find nothing that counts: each secret that the run knows is among these, and may stand in
   * any place.
   */
  knowsOnly(names: ReadonlySet<string>): boolean
  /** Whether a template of a later step names the output of the step at this position. */
  isNamedLater(position: number): boolean
  /** @throws AppError RESPONSE_TOO_LARGE over the run's budget, here and below. */
  learnSecret(name: string, secret: ResolvedSecret): void
  /** A value that was made of the secrets. */
  learnDerived(names: readonly string[], value: Sensitive): void
  /**
   * A value that a step obtained with the secrets, and its parts.
   *
   * @param own a name of its own, with what it may do less than they.
   */
  learnObtained(names: readonly string[], value: Sensitive, own?: { name: string; policy: Policy }): void
  /** A text with marks in the place of all values that the run has learned. */
  mask(text: string): string
  /** Whether all that no finished step has sealed with it are the values of these secrets. */
  hasLearnedOnly(names: readonly string[]): boolean
  /** How often the run has learned something: what was done at the same count need not be done again. */
  knowledge(): number
  /** Does `work` unless the run has learned nothing since it was done last. */
  onceLearned(work: () => Promise<void>): Promise<void>
  /** What the run learned since the last finished step, sealed for a worker that takes over; null for nothing. */
  sealLearned(position: number): Promise<string | null>
  /** A step's true output, with what the run learned since the last one, sealed for a worker that takes over. */
  sealOutput(position: number, output: string): Promise<string>
  /** The first step whose output is the same, if that is large. */
  firstLike(output: string): number | undefined
  firstLikeStep(position: number): number | undefined
  /**
   * Keeps a step's true output (JSON) for later steps and for the last redaction, if one of them can need it.
   *
   * @param isSealed whether what the run has learned so far was sealed with it; true unless told.
   */
  addOutput(position: number, key: string, output: string, isNeeded: boolean, isSealed?: boolean): void
  /** Has later steps find the error of a step after which the run goes on. */
  addError(key: string, error: StoredError): void
  /** Positions of the outputs that are kept. */
  positions(): number[]
  /** The length of the input and of all outputs that are kept (bytes). */
  heldBytes(): number
  /** A kept output, redacted with all that the run has learned by now, as JSON. */
  redacted(position: number, signal: AbortSignal): Promise<string>
  redactedInput(signal: AbortSignal): Promise<string>
}

interface StateParts {
  workspace: string
  run: string
  redactor: RunRedactor
  sealer: Sealer
  opener: Pick<Opener, 'openRunData'>
  /** Opens secrets that were handed out. */
  openHanded(handed: readonly HandedSecret[]): Promise<ReadonlyMap<string, ResolvedSecret>>
  /** Whether a template of a later step names the output of the step at this position. */
  isNamedLater(position: number): boolean
  /** Secrets that the operator has set for the step types of the run: each worker has them itself, so they are not sealed. */
  configured?: readonly (readonly [name: string, value: Sensitive])[]
  /** Told of a budget that did not suffice. */
  refused?: ((name: BudgetName) => void) | undefined
}

export async function openRunState(
  parts: StateParts,
  sealedInput: string | null,
  stepRuns: readonly ClaimedStep[],
): Promise<RunState> {
  const { workspace, run, redactor, sealer, opener, refused } = parts
  const open = async (name: string, sealed: string): Promise<string> =>
    (await opener.openRunData({ workspace, name }, sealed)).reveal()

  const secrets = new Map<string, Sensitive>()
  const policies = new Map<string, readonly Policy[]>()
  /** Of all secrets that a search may name. */
  const known = new Set<string>()
  let learned: Learned[] = []
  let learnedBytes = 0
  let caughtUp = 0
  const learn = (
    names: readonly string[],
    value: Sensitive,
    bound?: readonly Policy[],
    withParts = Boolean(bound),
  ) => {
    const before = redactor.knowledge
    // What filters make of a secret has no parts that are secret as well.
    redactor.learn(names, value, withParts)
    for (const name of names) known.add(name)
    const isNew = redactor.knowledge > before
    const isBound = !bound || names.every((it) => isDeepStrictEqual(policies.get(it), bound))
    for (const name of bound ? names : []) {
      secrets.set(name, value)
      policies.set(name, bound ?? [])
    }
    if (isNew) learnedBytes += value.reveal().length
    if (!isNew && isBound) return
    const text = value.reveal()
    learned.push(withParts && !bound ? [names, text, bound, true] : [names, text, bound])
  }
  const learnWithin = (...it: Parameters<typeof learn>) => {
    assertBudget('learned', learnedBytes + it[1].reveal().length, refused)
    learn(...it)
  }

  for (const [name, value] of parts.configured ?? []) {
    redactor.learn([name], value, true)
    policies.set(name, [])
  }
  const given = sealedInput === null ? 'null' : await open(inputName(run), sealedInput)
  const { input, origin, earlier } = splitOrigin(given)
  const outputs = new Outputs(given.length, parts, earlier)
  /** Positions whose output stands sealed in the store. */
  const sealed = new Set<number>()
  for (const { position, key, status, sealedOutput } of stepRuns) {
    if (typeof sealedOutput !== 'string') continue
    const handed = readStarted(sealedOutput)
    if (handed) {
      for (const [name, { value, policies: bound }] of await parts.openHanded(handed))
        learn([name], value, bound)
      continue
    }
    const kept = readKept(await open(outputName(run, position), sealedOutput))
    const finished = status === 'SUCCEEDED'
    const output = kept.sameAs === undefined ? kept.output : outputs.textAt(kept.sameAs)
    if (finished && output !== undefined) {
      outputs.add(position, key, output, true)
      sealed.add(position)
    }
    for (const [names, value, bound, withParts] of kept.learned)
      learn(names, new Sensitive(value), bound ? policiesOf(bound) : undefined, withParts)
    // What no finished step has with it yet, the next one that is sealed takes along.
    if (finished) learned = []
  }
  const seal = (position: number, kept: Kept) =>
    sealer.seal({ workspace, name: outputName(run, position) }, writeKept(kept))
  const trigger = parseJson(input)
  return {
    trigger,
    origin,
    steps: outputs.steps,
    secrets,
    policies,
    knowsOnly: (names) =>
      [...known].every((it) => names.has(it) && (policies.get(it)?.every(hasAnyPlace) ?? false)),
    isNamedLater: parts.isNamedLater,
    learnSecret: (name, { value, policies: bound }) => learnWithin([name], value, bound),
    learnDerived: (names, value) => learnWithin(names, value),
    learnObtained(names, value, own) {
      if (names.length > 0) learnWithin(names, value, undefined, true)
      if (own) learnWithin([own.name], value, [own.policy])
    },
    mask: (text) => redactor.text(text),
    hasLearnedOnly: (names) =>
      learned.every(
        ([[name = '', ...others], , bound]) => bound && others.length === 0 && names.includes(name),
      ),
    knowledge: () => redactor.knowledge,
    async onceLearned(work) {
      if (caughtUp === redactor.knowledge) return
      await work()
      caughtUp = redactor.knowledge
    },
    sealLearned: async (position) => (learned.length === 0 ? null : await seal(position, { learned })),
    async sealOutput(position, output) {
      const same = outputs.firstLike(output)
      const isThere = same !== undefined && sealed.has(same)
      const text = await seal(position, isThere ? { sameAs: same, learned } : { output, learned })
      sealed.add(position)
      return text
    },
    firstLike: (output) => outputs.firstLike(output),
    firstLikeStep: (position) => outputs.firstLikeStep(position),
    addOutput(position, key, output, isNeeded, isSealed = true) {
      outputs.add(position, key, output, isNeeded)
      if (isSealed) learned = []
    },
    addError: (key, { code, message, details = null }) => outputs.addError(key, { code, message, details }),
    positions: () => outputs.positions(),
    heldBytes: () => outputs.heldBytes(),
    redacted: (position, signal) => redactor.json(outputs.textAt(position), signal),
    redactedInput: (signal) => redactor.json(JSON.stringify(trigger), signal),
  }
}

const hasAnyPlace = ({ places }: Policy): boolean => places.length === 0

interface Kept {
  /** JSON. Absent while the step runs, when it failed, and where no later step can need it. */
  output?: string
  /** In the place of an output: the earlier step that gave back the same. */
  sameAs?: number
  learned: Learned[]
}

/** A run that an older version began has the hosts of a secret in the place of its policies. */
function policiesOf(bound: readonly (Policy | string)[]): Policy[] {
  const hosts = bound.filter((it) => typeof it === 'string')
  const policies = bound.filter((it) => typeof it !== 'string')
  return hosts.length > 0 ? [...policies, { ...anywhere, hosts: inBothSchemes(hosts) }] : policies
}

/** The output stands below what was learned as it is, so that megabytes need not be read as JSON to be copied. */
function writeKept({ output, ...rest }: Kept): string {
  const head = JSON.stringify(rest)
  return output === undefined ? head : `${head}\n${output}`
}

function readKept(text: string): Kept {
  const end = text.indexOf('\n')
  if (end >= 0) return { ...JSON.parse(text.slice(0, end)), output: text.slice(end + 1) }
  // As workers of the version before wrote it; a run of theirs may be taken over while they are replaced.
  const { output, ...rest } = parseJson(text) as Omit<Kept, 'output'> & { output?: unknown }
  return { ...rest, ...(output !== undefined && { output: JSON.stringify(output) }) }
}

/** The name under which a run's input is sealed. */
export const inputName = (run: string): string => `run/${run}/input`
const outputName = (run: string, position: number): string => `run/${run}/step/${position}`
