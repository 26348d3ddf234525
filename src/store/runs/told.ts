import { hash } from 'node:crypto'
import type { RunStatus, StoredError } from '../entities/index.ts'
import type { RunJob } from './run-job.ts'

/**
 * Where it is said that runs have changed: a notification has a line for each run. Every role that may connect can say
 * anything here, so a line is a hint to read the run. Only a result that has its proof with it is believed.
 */
export const RUN_CHANNEL = 'run_updated'

// PostgreSQL takes 8000 bytes for one notification.
const LONGEST_NOTIFICATION = 7900
// An answer that is longer (bytes) is read from the database by whoever waits for it.
const LONGEST_ANSWER = 2048

/** How a run ended, as it is stored: redacted. */
export interface EndedRun {
  status: RunStatus
  error: StoredError | null
  /** JSON; undefined: it is not at hand. */
  output: string | null | undefined
}

// In the place of how a run ended.
const UNSAID = '-'
// Of SHA-256 in hexadecimal, and the space before it.
const PROOF_LENGTH = 65

export const lineOfChange = ({ workspace, run }: RunJob): string => `${workspace}.${run}`

/** That a run has ended, and not how. */
export const lineOfUnsaidEnd = (job: RunJob): string => `${lineOfChange(job)} ${UNSAID}`

/**
 * What a line says of a run that has ended: its id, and how it ended, or that this is too long to say. In the statement
 * that ends the run {@link PROVEN_LINE} adds the proof.
 */
export function lineOfEnd(job: RunJob, { status, error, output }: EndedRun): string {
  const id = lineOfChange(job)
  const unsaid = lineOfUnsaidEnd(job)
  if (output === undefined) return unsaid
  // The output may have been stored with line breaks between its tokens; it is data of ours, and short.
  const line =
    (output?.length ?? 0) > LONGEST_ANSWER ? unsaid : `${id} ${JSON.stringify({ status, error, output })}`
  return Buffer.byteLength(line) > LONGEST_ANSWER ? unsaid : line
}

/** The run that a line is about; what else it says is read by {@link readEnd}. */
export function readChange(line: string): { id: string; end: string } {
  const space = line.indexOf(' ')
  return space < 0 ? { id: line, end: '' } : { id: line.slice(0, space), end: line.slice(space + 1) }
}

/**
 * SQL for `item.line` with its proof: a hash of the line and of the run's sealed input. The input was sealed with keys
 * of its own, so that only those know it who may read the row. It goes with the end, and so does what is proven by it.
 */
export const PROVEN_LINE = `item.line || ' ' || encode(sha256(convert_to(item.line || coalesce(run.sealed_input, ''), 'UTF8')), 'hex')`

/**
 * How the run ended; undefined when that has to be read, or when the run has not ended. An end without its proof is
 * not believed: it would let every role that may connect answer the callers of hooks.
 */
export function readEnd(job: RunJob & { sealedInput: string }, end: string): EndedRun | undefined {
  const said = end.slice(0, -PROOF_LENGTH)
  if (said === '' || said === UNSAID) return undefined
  const proof = hash('sha256', `${lineOfChange(job)} ${said}${job.sealedInput}`, 'hex')
  return end.endsWith(` ${proof}`) ? (JSON.parse(said) as EndedRun) : undefined
}

/** For each line, with its proof if it gets one, which notification of several it goes with. */
export function chunksOf(lines: readonly string[]): number[] {
  let chunk = 0
  let length = 0
  return lines.map((line) => {
    const bytes = Buffer.byteLength(line) + PROOF_LENGTH + 1
    if (length + bytes > LONGEST_NOTIFICATION) {
      chunk++
      length = 0
    }
    length += bytes
    return chunk
  })
}
