import type { Kysely } from '@mikro-orm/postgresql'
import type { Tx } from './store.ts'

/** The columns that this file writes. */
interface Tables {
  run: { workspace_id: string; id: string; input: string | null; output: unknown }
  step_run: {
    workspace_id: string
    run: string
    position: number
    output: unknown
    sealed_output: string | null
  }
}

interface StepAt {
  workspace: string
  run: string
  position: number
}

/** As JSON; null for none, or that of an earlier step, which is the same. */
export type StoredOutput = string | null | { ofStep: number }

/**
 * Writes what may be megabytes as parameters of the statement: the ORM writes values into its text, a character at a
 * time, which takes seconds of the event loop and a multiple of the memory.
 */
export async function writeStepTexts(
  tx: Tx,
  { workspace, run, position }: StepAt,
  texts: { output?: StoredOutput; sealedOutput?: string | null },
): Promise<void> {
  const { output, sealedOutput } = texts
  const kysely = tx.getKysely<Tables>()
  const stored =
    typeof output === 'object' && output !== null
      ? outputOf(kysely, { workspace, run }, output.ofStep)
      : output
  await kysely
    .updateTable('step_run')
    .set({
      ...(output !== undefined && { output: stored }),
      ...(sealedOutput !== undefined && { sealed_output: sealedOutput }),
    })
    .where('workspace_id', '=', workspace)
    .where('run', '=', run)
    .where('position', '=', position)
    .execute()
}

/** @param output the position of the step whose stored output is the run's; null for none. */
export async function writeRunTexts(
  tx: Tx,
  { workspace, run }: Omit<StepAt, 'position'>,
  { input, output }: { input: string | null; output: number | null },
): Promise<void> {
  const kysely = tx.getKysely<Tables>()
  const stored = output === null ? null : outputOf(kysely, { workspace, run }, output)
  await kysely
    .updateTable('run')
    .set({ input, output: stored })
    .where('workspace_id', '=', workspace)
    .where('id', '=', run)
    .execute()
}

/** It stays in the database: nothing is sent. */
function outputOf(kysely: Kysely<Tables>, { workspace, run }: Omit<StepAt, 'position'>, position: number) {
  return kysely
    .selectFrom('step_run')
    .select('output')
    .where('workspace_id', '=', workspace)
    .where('run', '=', run)
    .where('position', '=', position)
}
