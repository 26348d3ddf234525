import {
  type AuditCheckpoint,
  peekAuditStatement,
  type SigningCertificate,
  verifyAuditStatement,
} from '../vault/sealing.ts'
import type { Problem } from './problem.ts'

/** The certificates whose statements count, by fingerprint; undefined: nobody knows the root key, so none is verified. */
export type Trusted = ReadonlyMap<string, SigningCertificate> | undefined

export interface Checkpoint extends AuditCheckpoint {
  at: Date
  statement: string
}

export interface Cut {
  first: number
  sequence: number
  hash: string
}

/** Why a statement does not count; undefined when it does, or when nobody knows the root key. */
async function faultOf(
  trusted: Trusted,
  statement: string,
  kind: 'checkpoint' | 'cut',
): Promise<string | undefined> {
  if (!trusted) return undefined
  return verifyAuditStatement(trusted, statement, kind).then(
    () => undefined,
    (error: Error) => error.message,
  )
}

/** The checkpoints of a workspace by their place, and the last one that counts. */
export interface Checkpoints {
  byPlace: ReadonlyMap<number, Checkpoint>
  last: Checkpoint | undefined
  problems: Problem[]
}

/**
 * Reads the checkpoints of a workspace. The last one vouches for all that is before it, so that only those are verified
 * behind which nothing counts; {@link isGenuine} verifies any other.
 */
export async function readCheckpoints(
  trusted: Trusted,
  workspace: string,
  statements: readonly string[],
): Promise<Checkpoints> {
  const problems: Problem[] = []
  const byPlace = new Map<number, Checkpoint>()
  for (const statement of statements) {
    const said = peekAuditStatement(statement)
    if (said?.workspace === workspace && said.first === undefined)
      byPlace.set(said.sequence, { ...said, statement })
    else
      problems.push(
        unsigned(workspace, undefined, 'A checkpoint cannot be read, or is of another workspace.'),
      )
  }
  const places = [...byPlace.keys()].sort((one, other) => other - one)
  for (const place of places) {
    const checkpoint = byPlace.get(place)
    const fault = checkpoint && (await faultOf(trusted, checkpoint.statement, 'checkpoint'))
    if (fault === undefined) return { byPlace, last: checkpoint, problems }
    byPlace.delete(place)
    problems.push(unsigned(workspace, place, `The checkpoint here does not count. ${fault}`))
  }
  return { byPlace, last: undefined, problems }
}

export const isGenuine = async (trusted: Trusted, { statement }: Checkpoint): Promise<boolean> =>
  (await faultOf(trusted, statement, 'checkpoint')) === undefined

/** The cuts that count. One that nobody signed counts only as long as nobody knows the root key. */
export async function readCuts(
  trusted: Trusted,
  workspace: string,
  rows: readonly (Cut & { statement: string | null })[],
): Promise<{ cuts: Cut[]; problems: Problem[] }> {
  const cuts: Cut[] = []
  const problems: Problem[] = []
  for (const row of rows) {
    const fault = await cutFault(trusted, workspace, row)
    if (fault === undefined) cuts.push(row)
    else problems.push(unsigned(workspace, row.sequence, `The cut that ends here does not count. ${fault}`))
  }
  return { cuts, problems }
}

async function cutFault(
  trusted: Trusted,
  workspace: string,
  { statement, first, sequence, hash }: Cut & { statement: string | null },
): Promise<string | undefined> {
  if (statement === null) return trusted && 'Nobody has signed it.'
  const said = peekAuditStatement(statement)
  const isSame =
    said?.workspace === workspace && said.first === first && said.sequence === sequence && said.hash === hash
  return isSame ? faultOf(trusted, statement, 'cut') : 'What was signed is something else.'
}

const unsigned = (workspace: string, sequence: number | undefined, message: string): Problem => ({
  workspace,
  kind: 'unsigned',
  sequence,
  message,
})
