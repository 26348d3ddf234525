import type { KnownSigner } from '../vault/sealing.ts'
import { type FileLine, type RowLine, readFileLine, type SignedCut, type TextLine } from './file-lines.ts'
import { hashOf } from './line.ts'
import type { ChainReport, Problem, ProblemKind } from './problem.ts'
import { readCheckpoints, readCuts, type Trusted } from './statements.ts'

interface Gap {
  from: number
  to: number
  line: number
}

/** The chain of one workspace as the lines of a file tell it. */
class FileChain {
  readonly workspace: string
  readonly problems: Problem[] = []
  readonly statements: string[] = []
  readonly cuts: SignedCut[] = []
  readonly #gaps: Gap[] = []
  #last: { sequence: number; hash: string } | undefined
  #from: number | undefined
  #rows = 0

  constructor(workspace: string) {
    this.workspace = workspace
  }

  row(line: number, row: RowLine): void {
    const { sequence, id } = row
    this.#rows++
    if (hashOf(row.content) !== row.hash)
      this.#report('changed', 'This line was changed.', line, sequence, id)
    const next = (this.#last?.sequence ?? sequence - 1) + 1
    if (sequence < next) {
      this.#late(line, sequence, id)
      return
    }
    if (sequence > next) this.#hole(next, sequence, line)
    else if (this.#last && row.previous !== this.#last.hash)
      this.#report('changed', 'This row, or the one before it, was changed.', line, sequence, id)
    this.#from ??= sequence
    this.#last = { sequence, hash: row.hash }
  }

  #late(line: number, sequence: number, id: string): void {
    const gap = this.#gaps.find(({ from, to }) => from <= sequence && sequence <= to)
    if (!gap) {
      this.#report('inserted', `The row ${sequence} is there twice.`, line, sequence, id)
      return
    }
    this.#report('reordered', `The row ${sequence} belongs before line ${gap.line}.`, line, sequence, id)
    this.#gaps.push({ ...gap, from: sequence + 1 })
    gap.to = sequence - 1
  }

  #hole(from: number, sequence: number, line: number): void {
    const cut = this.cuts.find((it) => it.first <= from && it.sequence >= sequence - 1)
    if (!cut) this.#gaps.push({ from, to: sequence - 1, line })
  }

  checkpoint(line: number, said: NonNullable<FileLine['checkpoint']>): void {
    this.statements.push(said.statement)
    if (said.sequence !== this.#last?.sequence || said.hash === this.#last.hash) return
    const message = `The rows up to ${said.sequence} are not the ones that were signed at ${said.at.toISOString()}.`
    this.#report('rewritten', message, line, said.sequence)
  }

  async finish(trusted: Trusted): Promise<ChainReport> {
    for (const { from, to, line } of this.#gaps.filter((it) => it.from <= it.to)) {
      const rows = from === to ? `The row ${from} is` : `The rows ${from} to ${to} are`
      this.#report('missing', `${rows} missing before this line.`, line, from)
    }
    const checkpoints = await readCheckpoints(trusted, this.workspace, this.statements)
    const { problems } = await readCuts(trusted, this.workspace, this.cuts)
    const { last } = checkpoints
    if (last && last.sequence > (this.#last?.sequence ?? 0))
      this.#report('missing', `The file ends before the row ${last.sequence}, which was signed.`, undefined)
    return {
      workspace: this.workspace,
      rows: this.#rows,
      from: this.#from,
      to: this.#last?.sequence,
      vouched: trusted && last && { sequence: last.sequence, at: last.at.toISOString() },
      unlinked: undefined,
      problems: [...this.problems, ...problems, ...checkpoints.problems],
    }
  }

  #report(kind: ProblemKind, message: string, line?: number, sequence?: number, id?: string): void {
    this.problems.push({ workspace: this.workspace, kind, line, sequence, id, message })
  }
}

/** What a file says, and by whom it says that it is signed. */
export interface FileReport {
  chains: ChainReport[]
  signers: string[]
}

/**
 * Verifies an exported file by itself, without a database.
 *
 * @param trust tells whose statements count, of the signers that the file names.
 */
export async function checkFile(
  lines: AsyncIterable<Pick<TextLine, 'text'>>,
  trust: (signers: readonly KnownSigner[]) => Promise<Trusted>,
): Promise<FileReport> {
  const chains = new Map<string, FileChain>()
  const signers: KnownSigner[] = []
  const broken: Problem[] = []
  const chainOf = (workspace: string) => {
    const chain = chains.get(workspace) ?? new FileChain(workspace)
    chains.set(workspace, chain)
    return chain
  }
  let number = 0
  let last: string | undefined
  for await (const { text } of lines) {
    number++
    const line = readFileLine(text)
    if (!line) {
      const message = 'This line is cut, or is none that an export writes.'
      broken.push({ workspace: last ?? '', kind: 'cut', line: number, message })
      continue
    }
    const { row, signer, cut, checkpoint } = line
    last = (row ?? cut ?? checkpoint)?.workspace ?? last
    if (row) chainOf(row.workspace).row(number, row)
    if (cut) chainOf(cut.workspace).cuts.push(cut)
    if (checkpoint) chainOf(checkpoint.workspace).checkpoint(number, checkpoint)
    if (signer) signers.push(signer)
  }
  const trusted = await trust(signers)
  const reports = await Promise.all([...chains.values()].map((it) => it.finish(trusted)))
  return { chains: withBroken(reports, broken), signers: signers.map(({ fingerprint }) => fingerprint) }
}

/** A broken line belongs to the workspace of the line before it. */
function withBroken(reports: ChainReport[], broken: readonly Problem[]): ChainReport[] {
  const [first] = reports
  if (!first && broken.length > 0) {
    const nothing = { rows: 0, from: undefined, to: undefined, vouched: undefined, unlinked: undefined }
    return [{ workspace: '', ...nothing, problems: [...broken] }]
  }
  return reports.map((report) => ({
    ...report,
    problems: [
      ...report.problems,
      ...broken.filter((it) => (it.workspace || first?.workspace) === report.workspace),
    ],
  }))
}
