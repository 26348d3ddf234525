import { AppError } from '../errors.ts'
import { type Registry, secretNames } from '../steps/index.ts'
import { type AutomationStep, Run, type RunTrigger } from '../store/entities/index.ts'
import type { RunProducer } from '../store/queue.ts'
import type { StepUse } from '../store/runs/run-job.ts'
import type { Tx } from '../store/store.ts'
import type { Sealer } from '../vault/sealing.ts'
import { newId, publicId } from './ids.ts'
import { jsonOf } from './plain-data.ts'

const MAX_INPUT_BYTES = 5 * 1024 * 1024

export interface NewRun {
  workspace: string
  /** Null for a test of a single step. */
  automation: string | null
  trigger: RunTrigger
  /** The label of who started it by hand. */
  startedBy: string | null
  steps: AutomationStep[]
  input: unknown
  hookSignature?: Run['hookSignature']
}

interface SealedRun extends Omit<NewRun, 'input'> {
  id: string
  sealedInput: string
}

/**
 * Gives the run its id. The input may hold anything, a value too, and nobody can redact it before the run has
 * resolved its secrets: until then it is stored sealed.
 *
 * @throws AppError LIMIT_REACHED
 */
export async function sealRun(sealer: Sealer, { input, ...run }: NewRun): Promise<SealedRun> {
  const id = newId()
  const text = jsonOf("A run's input", input, MAX_INPUT_BYTES, 'Send less, or a link to it.')
  const sealedInput = await sealer.seal({ workspace: run.workspace, name: `run/${id}/input` }, text)
  return { ...run, id, sealedInput }
}

/** Writes the run, its audit row and its job in the caller's transaction. */
export async function insertRun(
  tx: Tx,
  { queue, registry }: { queue: RunProducer; registry: Registry },
  { hookSignature = null, ...run }: SealedRun,
  audit: (tx: Tx, run: string) => Promise<void>,
): Promise<Run> {
  const { workspace, id } = run
  const row = { ...run, hookSignature, createdAt: new Date() }
  await tx.insert(Run, { ...row, status: 'QUEUED', input: null, output: null })
  await audit(tx, publicId(workspace, id))
  await queue.enqueue(tx, { workspace, run: id }, firstUse(registry, row))
  return tx.findOneOrFail(Run, { workspace, id })
}

/**
 * What the run resolves first: what its hook's signature is checked with, or else what its first step names. A worker
 * gets it with the run; where this cannot tell, the worker asks by itself.
 */
function firstUse(
  registry: Registry,
  { steps: [first], hookSignature }: Pick<SealedRun, 'steps' | 'hookSignature'>,
): StepUse | undefined {
  if (hookSignature) return { step: 'trigger', names: [hookSignature.secret] }
  try {
    return first && { step: first.key, names: secretNames(registry, first) }
  } catch (error) {
    // The step type has changed since the automation was saved: the run fails with that.
    if (error instanceof AppError) return undefined
    throw error
  }
}
