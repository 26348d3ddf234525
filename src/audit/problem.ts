/** What is wrong with an audit log: which row it is, and in what way. */
export interface Problem {
  workspace: string
  kind: ProblemKind
  /** The place in the chain; undefined for what has none. */
  sequence?: number | undefined
  /** The id of the row, if it is there. */
  id?: string | undefined
  /** The line of a file, from 1. */
  line?: number | undefined
  message: string
}

export type ProblemKind =
  /** Its hash is not that of its content and of the row before. */
  | 'changed'
  /** A place of the chain has no row. */
  | 'missing'
  /** It stands in another place than it was linked in. */
  | 'reordered'
  /** A second row with the same place, or one behind the end of the chain. */
  | 'inserted'
  /** The chain fits together and is not the one that the root key has signed. */
  | 'rewritten'
  /** A checkpoint or a cut that the root key has not signed. */
  | 'unsigned'
  /** Rows that no checkpoint vouches for, though they are old enough. */
  | 'unvouched'
  /** A line of a file that is not whole. */
  | 'cut'

/** What was found in the log of one workspace. */
export interface ChainReport {
  workspace: string
  rows: number
  /** The first and the last row that are there; undefined: there is none. */
  from: number | undefined
  to: number | undefined
  /** Up to where the root key vouches for the chain; undefined: nowhere. */
  vouched: { sequence: number; at: string } | undefined
  /** Rows that no keeper has linked yet, and when the oldest of them is from. */
  unlinked: { rows: number; oldest: string } | undefined
  problems: Problem[]
}
