import { FIRST_PREVIOUS } from '../store/audit-functions.ts'
import type { AuditRow } from '../store/audit-rows.ts'
import { hashOf, lineOf } from './line.ts'
import type { ChainReport, Problem, ProblemKind } from './problem.ts'
import { type Checkpoints, type Cut, isGenuine, type Trusted } from './statements.ts'

interface Suspect {
  row: AuditRow
  sequence: number
  previous: string
}

// So many changed rows are compared with each other, to tell rows that changed places.
const MOST_COMPARED = 200
// A worker that can sign vouches for rows within a minute, and for those of a worker that died as soon as it starts.
const VOUCHED_AFTER_MS = 10 * 60 * 1000

/** Checks the chain of one workspace, row by row in the order of the chain. */
export class ChainCheck {
  readonly #workspace: string
  readonly #trusted: Trusted
  readonly #checkpoints: Checkpoints
  readonly #cuts: readonly Cut[]
  readonly #problems: Problem[] = []
  readonly #suspects: Suspect[] = []
  #expected = 1
  // Undefined behind a hole: nobody knows what the row before was.
  #previous: string | undefined = FIRST_PREVIOUS
  #lastGood = 0
  #rows = 0
  #from: number | undefined
  #unlinked: ChainReport['unlinked']
  #firstUnvouched: AuditRow | undefined

  constructor(workspace: string, trusted: Trusted, checkpoints: Checkpoints, cuts: readonly Cut[]) {
    this.#workspace = workspace
    this.#trusted = trusted
    this.#checkpoints = checkpoints
    this.#cuts = cuts
  }

  async add(row: AuditRow): Promise<void> {
    const { sequence } = row
    if (sequence === null) {
      this.#unlinked = { rows: (this.#unlinked?.rows ?? 0) + 1, oldest: this.#unlinked?.oldest ?? row.at }
      return
    }
    this.#rows++
    if (sequence < this.#expected)
      return this.#report('inserted', `Another row has the place ${sequence} already.`, sequence, row.id)
    this.#pass(sequence)
    this.#from ??= sequence
    const { hash } = row
    if (this.#previous !== undefined && hashOf(lineOf(row, sequence, this.#previous)) !== hash)
      this.#suspects.push({ row, sequence, previous: this.#previous })
    this.#previous = hash ?? ''
    this.#expected = sequence + 1
    if (sequence > (this.#checkpoints.last?.sequence ?? 0)) this.#firstUnvouched ??= row
    await this.#compare(sequence, row)
  }

  /** Passes the places before a row, which were dropped with age or are missing. */
  #pass(sequence: number): void {
    while (this.#expected < sequence) {
      const from = this.#expected
      const cut = this.#cuts.find((it) => it.first <= from && it.sequence >= from)
      if (cut) {
        this.#expected = Math.min(cut.sequence + 1, sequence)
        this.#previous = cut.sequence < sequence ? cut.hash : undefined
        continue
      }
      const next = Math.min(sequence, ...this.#cuts.map(({ first }) => first).filter((it) => it > from))
      this.#missing(from, next - 1)
      this.#expected = next
      this.#previous = this.#checkpoints.byPlace.get(next - 1)?.hash
    }
  }

  #missing(from: number, to: number): void {
    const places = from === to ? `The row ${from} is` : `The rows ${from} to ${to} are`
    this.#report('missing', `${places} missing.`, from)
  }

  /** The first checkpoint that does not fit says it; of those behind it none can fit. */
  async #compare(sequence: number, row: AuditRow): Promise<void> {
    const checkpoint = this.#checkpoints.byPlace.get(sequence)
    if (!checkpoint) return
    if (checkpoint.hash === row.hash) {
      this.#lastGood = sequence
      return
    }
    if (this.#problems.some(({ kind }) => kind === 'rewritten')) return
    if (!(await isGenuine(this.#trusted, checkpoint)))
      return this.#report('unsigned', 'The root key has not signed the checkpoint here.', sequence)
    const rows = `from ${this.#lastGood + 1} to ${sequence}`
    const message = `The rows ${rows} are not the ones that were signed at ${checkpoint.at.toISOString()}.`
    this.#report('rewritten', message, sequence, row.id)
  }

  /**
   * @param end where the chain says that it ends.
   * @param now by the database's clock.
   */
  finish(end: { sequence: number; hash: string } | undefined, now: Date): ChainReport {
    const { last } = this.#checkpoints
    const to = this.#expected - 1
    const until = Math.max(end?.sequence ?? 0, last?.sequence ?? 0)
    if (to < until) this.#pass(until + 1)
    else if (to > (end?.sequence ?? 0))
      this.#report('inserted', 'The chain ends before this row.', (end?.sequence ?? 0) + 1)
    else if (end && end.hash !== this.#previous && this.#previous !== undefined)
      this.#report('changed', 'The chain does not end with the hash of this row.', to)
    this.#reportChanged()
    this.#reportUnvouched(now)
    const vouched = this.#trusted && last && { sequence: last.sequence, at: last.at.toISOString() }
    return {
      workspace: this.#workspace,
      rows: this.#rows,
      from: this.#from,
      to: this.#from === undefined ? undefined : to,
      vouched,
      unlinked: this.#unlinked,
      problems: [...this.#checkpoints.problems, ...this.#problems],
    }
  }

  #reportChanged(): void {
    const compared = this.#suspects.slice(0, MOST_COMPARED)
    for (const { row, sequence, previous } of this.#suspects) {
      const other = compared.find((it) => hashOf(lineOf(row, it.sequence, it.previous)) === it.row.hash)
      if (other)
        this.#report('reordered', `This row belongs to the place ${other.sequence}.`, sequence, row.id)
      else
        this.#report(
          'changed',
          `This row was changed${previous === FIRST_PREVIOUS ? '' : ', or the hash of the row before it'}.`,
          sequence,
          row.id,
        )
    }
  }

  /** Stops whoever rewrites the end of a chain and deletes its checkpoints. */
  #reportUnvouched(now: Date): void {
    const row = this.#firstUnvouched
    if (!this.#trusted || !row || now.getTime() - Date.parse(row.at) < VOUCHED_AFTER_MS) return
    const advice = 'Start a worker that can sign, and verify again a minute later.'
    const message = `No checkpoint vouches for this row and those behind it, from ${row.at}. ${advice}`
    this.#report('unvouched', message, row.sequence ?? undefined, row.id)
  }

  #report(kind: ProblemKind, message: string, sequence?: number, id?: string): void {
    this.#problems.push({ workspace: this.#workspace, kind, sequence, id, message })
  }
}
