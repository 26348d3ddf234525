import type { Tx } from './store.ts'

/** The columns that this file writes. */
interface Tables {
  run: { workspace_id: string; id: string; input: string | null; output: unknown }
  step_run: {
    workspace_id: string
    run: string
    position: number
    output: string | null
    sealed_output: string | null
  }
}

interface StepAt {
  workspace: string
  run: string
  position: number
}

/**
 * Writes what may be megabytes as parameters of the statement: the ORM writes values into its text, a character at a
 * time, which takes seconds of the event loop and a multiple of the memory.
 */
export async function writeStepTexts(
  tx: Tx,
  { workspace, run, position }: StepAt,
  texts: { output?: string | null; sealedOutput?: string | null },
): Promise<void> {
  const { output, sealedOutput } = texts
  await tx
    .getKysely<Tables>()
    .updateTable('step_run')
    .set({
      ...(output !== undefined && { output }),
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
  const ofStep = kysely
    .selectFrom('step_run')
    .select('output')
    .where('workspace_id', '=', workspace)
    .where('run', '=', run)
    .where('position', '=', output ?? -1)
  await kysely
    .updateTable('run')
    .set({ input, output: ofStep })
    .where('workspace_id', '=', workspace)
    .where('id', '=', run)
    .execute()
}
