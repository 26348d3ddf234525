import type { RunStatus, StoredError } from '../entities/index.ts'
import type { RunJob } from './run-job.ts'

/** Where it is said that runs have changed: a notification has a line for each run. */
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

export const lineOfChange = ({ workspace, run }: RunJob): string => `${workspace}.${run}`

/** What a line says of a run that has ended: its id, and how it ended, or that this is too long to say. */
export function lineOfEnd(job: RunJob, { status, error, output }: EndedRun): string {
  const id = lineOfChange(job)
  const unsaid = `${id} ${UNSAID}`
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

/** How the run ended; undefined when that has to be read, or when the run has not ended. */
export function readEnd(end: string): EndedRun | undefined {
  return end === '' || end === UNSAID ? undefined : (JSON.parse(end) as EndedRun)
}

/** For each line, which notification of several it goes with. */
export function chunksOf(lines: readonly string[]): number[] {
  let chunk = 0
  let length = 0
  return lines.map((line) => {
    const bytes = Buffer.byteLength(line) + 1
    if (length + bytes > LONGEST_NOTIFICATION) {
      chunk++
      length = 0
    }
    length += bytes
    return chunk
  })
}
