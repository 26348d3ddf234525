import { isDeepStrictEqual } from 'node:util'
import type { Redactor } from '../redactor/index.ts'
import type { ResolvedSecret } from '../resolver/resolver.ts'
import { anywhere, inBothSchemes, type Policy } from '../secret/policy.ts'
import { Sensitive } from '../sensitive.ts'
import type { StepRun } from '../store/entities/index.ts'
import type { Opener } from '../vault/opening.ts'
import type { Sealer } from '../vault/sealing.ts'

/** A value that the redactor of the run learned, as a worker that takes over must learn it again. */
type Learned = readonly [
  names: readonly string[],
  value: string,
  policies?: readonly (Policy | string)[] | undefined,
]

/** What one execution knows in the clear. It lives in the worker's memory, and sealed in the store. */
export interface RunState {
  readonly trigger: unknown
  /** True outputs of the finished steps, as templates see them. */
  readonly steps: Readonly<Record<string, { output: unknown }>>
  /** The values that the run has resolved, by the names of the secrets. */
  readonly secrets: ReadonlyMap<string, Sensitive>
  /** Where each secret that the run has learned may go: what every one of its policies allows. */
  readonly policies: ReadonlyMap<string, readonly Policy[]>
  learnSecret(name: string, secret: ResolvedSecret): void
  /** A value that was made of the secrets. */
  learnDerived(names: readonly string[], value: Sensitive): void
  /** A text with marks in the place of all values that the run has learned. */
  mask(text: string): string
  /** How often the run has learned something: what was done at the same count need not be done again. */
  knowledge(): number
  /** Does `work` unless the run has learned nothing since it was done last. */
  onceLearned(work: () => void): void
  /** What the run learned since the last finished step, sealed for a worker that takes over; null for nothing. */
  sealLearned(position: number): Promise<string | null>
  /** Keeps a step's true output for later steps, and gives it sealed for a worker that takes over. */
  addOutput(position: number, key: string, output: unknown): Promise<string>
  /** A finished step's output, redacted with all that the run has learned by now. */
  redacted(position: number): unknown
  /** Outputs whose redacted form is not the stored one, because a later step used more secrets. */
  changedOutputs(stored: ReadonlyMap<number, unknown>): Map<number, unknown>
}

interface StateParts {
  workspace: string
  run: string
  redactor: Redactor
  sealer: Sealer
  opener: Pick<Opener, 'open'>
}

export async function openRunState(
  parts: StateParts,
  sealedInput: string | null,
  stepRuns: readonly StepRun[],
): Promise<RunState> {
  const { workspace, run, redactor, sealer, opener } = parts
  const open = async (name: string, sealed: string | null): Promise<unknown> =>
    sealed === null ? undefined : JSON.parse((await opener.open({ workspace, name }, sealed)).reveal())

  const steps: Record<string, { output: unknown }> = Object.create(null)
  const outputs = new Map<number, unknown>()
  const secrets = new Map<string, Sensitive>()
  const policies = new Map<string, readonly Policy[]>()
  const owners = new Map<string, Set<string>>()
  let learned: Learned[] = []
  // To redact megabytes takes seconds: it is done again only when the run has learned more since.
  let knowledge = 0
  let caughtUp = 0
  const redactions = new Map<number, { knowledge: number; output: unknown }>()
  const redacted = (position: number): unknown => {
    const done = redactions.get(position)
    if (done?.knowledge === knowledge) return done.output
    const output = redactor.data(outputs.get(position))
    redactions.set(position, { knowledge, output })
    return output
  }
  const keep = (position: number, key: string, output: unknown) => {
    steps[key] = { output }
    outputs.set(position, output)
  }
  const learn = (names: readonly string[], value: Sensitive, bound?: readonly Policy[]) => {
    const text = value.reveal()
    const known = owners.get(text) ?? new Set()
    const isKnown = names.every((name) => known.has(name))
    const isBound = !bound || names.every((it) => isDeepStrictEqual(policies.get(it), bound))
    for (const name of bound ? names : []) {
      secrets.set(name, value)
      policies.set(name, bound ?? [])
    }
    if (!isKnown) {
      redactor.learn(names, value)
      owners.set(text, new Set([...known, ...names]))
      knowledge++
    }
    if (!isKnown || !isBound) learned.push([names, text, bound])
  }

  const trigger = await open(inputName(run), sealedInput)
  for (const { position, key, status, sealedOutput } of stepRuns) {
    const kept = (await open(outputName(run, position), sealedOutput ?? null)) as Kept | undefined
    if (!kept) continue
    const finished = status === 'SUCCEEDED'
    if (finished) keep(position, key, kept.output ?? null)
    for (const [names, value, bound] of kept.learned)
      learn(names, new Sensitive(value), bound && readKept(bound))
    // What no finished step has with it yet, the next one that is sealed takes along.
    if (finished) learned = []
  }
  const seal = (position: number, kept: Kept) =>
    sealer.seal({ workspace, name: outputName(run, position) }, JSON.stringify(kept))
  return {
    trigger: trigger ?? null,
    steps,
    secrets,
    policies,
    learnSecret: (name, { value, policies: bound }) => learn([name], value, bound),
    learnDerived: (names, value) => learn(names, value),
    mask: (text) => redactor.text(text),
    knowledge: () => knowledge,
    onceLearned(work) {
      if (caughtUp === knowledge) return
      work()
      caughtUp = knowledge
    },
    sealLearned: async (position) => (learned.length === 0 ? null : await seal(position, { learned })),
    async addOutput(position, key, output) {
      keep(position, key, output)
      const kept: Kept = { output, learned }
      learned = []
      return seal(position, kept)
    },
    redacted,
    changedOutputs(stored) {
      const now = [...outputs.keys()].map((position) => [position, redacted(position)] as const)
      return new Map(now.filter(([position, output]) => !isDeepStrictEqual(output, stored.get(position))))
    },
  }
}

interface Kept {
  /** Absent while the step runs, and when it failed. */
  output?: unknown
  learned: Learned[]
}

/** A run that an older version began has the hosts of a secret in the place of its policies. */
function readKept(bound: readonly (Policy | string)[]): Policy[] {
  const hosts = bound.filter((it) => typeof it === 'string')
  const policies = bound.filter((it) => typeof it !== 'string')
  return hosts.length > 0 ? [...policies, { ...anywhere, hosts: inBothSchemes(hosts) }] : policies
}

const inputName = (run: string): string => `run/${run}/input`
const outputName = (run: string, position: number): string => `run/${run}/step/${position}`
