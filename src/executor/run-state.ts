import { isDeepStrictEqual } from 'node:util'
import type { Redactor } from '../redactor/index.ts'
import { Sensitive } from '../sensitive.ts'
import type { StepRun } from '../store/entities/index.ts'
import type { Opener } from '../vault/opening.ts'
import type { Sealer } from '../vault/sealing.ts'

/** A value that the redactor of the run learned, as a worker that takes over must learn it again. */
type Learned = readonly [names: readonly string[], value: string]

/** What one execution knows in the clear. It lives in the worker's memory, and sealed in the store. */
export interface RunState {
  readonly trigger: unknown
  /** True outputs of the finished steps, as templates see them. */
  readonly steps: Readonly<Record<string, { output: unknown }>>
  learn(names: readonly string[], value: Sensitive): void
  /** Keeps a step's true output for later steps, and gives it sealed for a worker that takes over. */
  addOutput(position: number, key: string, output: unknown): Promise<string>
  /** Outputs whose redacted form changed because a later step used more secrets. */
  changedOutputs(stored: ReadonlyMap<number, unknown>): Map<number, unknown>
}

interface StateParts {
  workspace: string
  run: string
  redactor: Redactor
  sealer: Sealer
  opener: Opener
}

export async function openRunState(
  parts: StateParts,
  sealedInput: string | null,
  finished: readonly StepRun[],
): Promise<RunState> {
  const { workspace, run, redactor, sealer, opener } = parts
  const open = async (name: string, sealed: string | null): Promise<unknown> =>
    sealed === null ? undefined : JSON.parse((await opener.open({ workspace, name }, sealed)).reveal())

  const steps: Record<string, { output: unknown }> = Object.create(null)
  const outputs = new Map<number, unknown>()
  let learned: Learned[] = []
  const keep = (position: number, key: string, output: unknown) => {
    steps[key] = { output }
    outputs.set(position, output)
  }
  const learn = (names: readonly string[], value: Sensitive) => {
    redactor.learn(names, value)
    learned.push([names, value.reveal()])
  }

  const trigger = await open(inputName(run), sealedInput)
  for (const step of finished) {
    const kept = (await open(outputName(run, step.position), step.sealedOutput ?? null)) as
      | KeptOutput
      | undefined
    if (!kept) continue
    keep(step.position, step.key, kept.output)
    for (const [names, value] of kept.learned) redactor.learn(names, new Sensitive(value))
  }
  return {
    trigger: trigger ?? null,
    steps,
    learn,
    async addOutput(position, key, output) {
      keep(position, key, output)
      const kept: KeptOutput = { output, learned }
      learned = []
      return sealer.seal({ workspace, name: outputName(run, position) }, JSON.stringify(kept))
    },
    changedOutputs(stored) {
      const redacted = [...outputs].map(([position, output]) => [position, redactor.data(output)] as const)
      return new Map(
        redacted.filter(([position, output]) => !isDeepStrictEqual(output, stored.get(position))),
      )
    },
  }
}

interface KeptOutput {
  output: unknown
  learned: Learned[]
}

const inputName = (run: string): string => `run/${run}/input`
const outputName = (run: string, position: number): string => `run/${run}/step/${position}`
