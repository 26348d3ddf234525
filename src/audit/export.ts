import { FIRST_PREVIOUS } from '../store/audit-functions.ts'
import type { AuditRow, AuditSnapshot } from '../store/audit-rows.ts'
import { peekAuditStatement } from '../vault/sealing.ts'
import { exportedLine, lineOf } from './line.ts'

export interface ExportParts {
  snapshot: AuditSnapshot
  /** Takes whole lines. */
  write(text: string): Promise<void>
}

/** What is in a file already. */
export interface Exported {
  /** The last row of each workspace. */
  rows: Map<string, number>
  /** Fingerprints of the signers, and the statements of cuts. */
  signers: Set<string>
  cuts: Set<string>
}

export const nothingExported = (): Exported => ({ rows: new Map(), signers: new Set(), cuts: new Set() })

/**
 * Writes the linked rows of workspaces as JSON Lines, each after the one before it in the chain, with what vouches for
 * them: checkpoints behind their rows, cuts, and the certificates of the signers.
 *
 * @param done what is left out.
 * @returns how many rows it wrote.
 */
export async function exportLog(
  { snapshot, write }: ExportParts,
  workspaces: readonly string[],
  done: Exported,
): Promise<number> {
  for (const signer of await snapshot.signers())
    if (!done.signers.has(signer.fingerprint)) await write(`${JSON.stringify({ signer })}\n`)
  let count = 0
  for (const workspace of workspaces) count += await exportOne({ snapshot, write }, workspace, done)
  return count
}

async function exportOne(
  { snapshot, write }: ExportParts,
  workspace: string,
  done: Exported,
): Promise<number> {
  const after = done.rows.get(workspace) ?? 0
  const cuts = await snapshot.cuts(workspace)
  for (const cut of cuts) {
    const key = `${workspace} ${cut.sequence}`
    if (!done.cuts.has(key)) await write(`${JSON.stringify({ cut: { workspace, ...cut } })}\n`)
  }
  const checkpoints = new Map(
    (await snapshot.checkpoints(workspace)).map((it) => [peekAuditStatement(it)?.sequence, it]),
  )
  const previousOf = previousFinder(cuts)
  let count = 0
  // The row before the first one has the hash that goes into it.
  for await (const rows of snapshot.rows(workspace, Math.max(0, after - 1))) {
    let text = ''
    for (const row of rows) {
      if (row.sequence === null || row.hash === null) continue
      const previous = previousOf(row)
      if (row.sequence <= after) continue
      text += `${exportedLine(lineOf(row, row.sequence, previous), row.hash)}\n`
      const checkpoint = checkpoints.get(row.sequence)
      if (checkpoint !== undefined) text += `${JSON.stringify({ checkpoint })}\n`
      count++
    }
    if (text !== '') await write(text)
  }
  return count
}

/** Remembers the hash of each row for the next one. */
export function previousFinder(
  cuts: readonly { sequence: number; hash: string }[],
): (row: AuditRow) => string {
  let last = { sequence: 0, hash: FIRST_PREVIOUS }
  return ({ sequence, hash }) => {
    const before = (sequence ?? 0) - 1
    const cut = last.sequence === before ? undefined : cuts.find((it) => it.sequence === before)
    const { hash: previous } = cut ?? last
    last = { sequence: sequence ?? 0, hash: hash ?? '' }
    return previous
  }
}
