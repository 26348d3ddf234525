import type { Redactor } from '../redactor/index.ts'
import type { LogLevel, LogLine, StoredProgress } from '../store/entities/index.ts'
import type { StoredReport } from '../store/runs/store-report.ts'
import { redactLines } from './report-lines.ts'

// How many lines are kept, the last ones, and how many characters they may have together: so much is redacted on the event
// loop each time.
const MOST_LINES = 200
const MOST_CHARACTERS = 32 * 1024
// A longer line is left out as a whole (characters): to cut it could leave half of a value, which nobody recognizes.
const LONGEST_LINE = 8 * 1024

/** What one attempt of a step tells of its work: its lines, and how far it is. */
export class StepReport {
  readonly #redactor: Redactor
  readonly #changed: () => void
  readonly #began = performance.now()
  /** As they came: what is protected later is masked in all of them. */
  #lines: LogLine[] = []
  #characters = 0
  #leftOut = 0
  #progress: StoredProgress | null = null

  /** @param changed called at each change. */
  constructor(redactor: Redactor, changed: () => void = () => undefined) {
    this.#redactor = redactor
    this.#changed = changed
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0 && this.#progress === null
  }

  /** How far the step has said that it is. It may tell a value. */
  get trueProgress(): StoredProgress | null {
    return this.#progress
  }

  /** @param data as the redactor gives it. */
  write(level: LogLevel, message: string, data?: unknown): void {
    const whole = data === undefined ? message : `${message} ${JSON.stringify(data)}`
    const isShort = whole.length <= LONGEST_LINE
    const text = isShort ? whole : `A line of ${whole.length} characters is too long to be shown.`
    const after = Math.round(performance.now() - this.#began) / 1000
    this.#lines.push({ level, after, text })
    this.#characters += text.length
    while (this.#lines.length > MOST_LINES || this.#characters > MOST_CHARACTERS) {
      this.#characters -= this.#lines.shift()?.text.length ?? 0
      this.#leftOut++
    }
    this.#changed()
  }

  /** Passes over what is no amount: how far it is must never be what a step fails for. */
  progress(done: unknown, total?: unknown): void {
    if (!isAmount(done)) return
    this.#progress = isAmount(total) && total > 0 ? { done: Math.min(done, total), total } : { done }
    this.#changed()
  }

  /** @param withLines false for how far it is alone. */
  redacted(withLines = true): StoredReport {
    const log = { lines: withLines ? this.#lines : [], leftOut: withLines ? this.#leftOut : 0 }
    return redactReport({ log, progress: this.#progress }, this.#redactor)
  }
}

/** Redacts a report, or once more one for whose run more has become known. */
export function redactReport({ log, progress }: StoredReport, redactor: Redactor): StoredReport {
  const lines = log ? redactLines(log.lines, (text) => redactor.text(text)) : []
  // A step could tell a value, such as a PIN, by how far it says that it is.
  const said = progress && `${progress.done} ${progress.total ?? ''}`
  return {
    log: log && lines.length > 0 ? { lines, leftOut: log.leftOut } : null,
    progress: said && redactor.text(said) === said ? progress : null,
  }
}

const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER
