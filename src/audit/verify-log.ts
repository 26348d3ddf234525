import type { AuditSnapshot } from '../store/audit-rows.ts'
import { ChainCheck } from './chain-check.ts'
import type { ChainReport } from './problem.ts'
import { readCheckpoints, readCuts, type Trusted } from './statements.ts'

interface VerifyParts {
  snapshot: AuditSnapshot
  trusted: Trusted
  /** Checkpoints that were kept outside of the database, in any order. */
  kept?: readonly string[]
  /** Told of each batch of rows. */
  advance?: (rows: number) => void
}

/** Verifies the log of one workspace as the database has it. It changes nothing. */
export async function verifyLog(
  { snapshot, trusted, kept = [], advance = () => undefined }: VerifyParts,
  workspace: string,
): Promise<ChainReport> {
  const { cuts, problems } = await readCuts(trusted, workspace, await snapshot.cuts(workspace))
  const statements = [...(await snapshot.checkpoints(workspace)), ...kept]
  const checkpoints = await readCheckpoints(trusted, workspace, statements)
  const check = new ChainCheck(workspace, trusted, checkpoints, cuts)
  for await (const rows of snapshot.rows(workspace)) {
    for (const row of rows) await check.add(row)
    advance(rows.length)
  }
  const report = check.finish(await snapshot.end(workspace), await snapshot.now())
  return { ...report, problems: [...problems, ...report.problems] }
}
