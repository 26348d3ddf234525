import { type AutomationStep, Run, type RunTrigger } from '../store/entities/index.ts'
import type { RunQueue } from '../store/queue.ts'
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
  /** The label of the person or token that started it by hand. */
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
 * Gives the run its id and seals its input. The input may contain a value, and it cannot be redacted before the
 * run has resolved its secrets.
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
  queue: RunQueue,
  { hookSignature = null, ...run }: SealedRun,
  audit: (tx: Tx, run: string) => Promise<void>,
): Promise<Run> {
  const { workspace, id } = run
  const row = { ...run, hookSignature, createdAt: new Date() }
  await tx.insert(Run, { ...row, status: 'QUEUED', input: null, output: null })
  await audit(tx, publicId(workspace, id))
  await queue.enqueue(tx, { workspace, run: id })
  return tx.findOneOrFail(Run, { workspace, id })
}
