import type { RunRedactor } from '../redactor/index.ts'
import type { StoredReport } from '../store/runs/store-report.ts'
import type { ClaimedStep, RunRecord } from './run-record.ts'
import { redactReport, StepReport } from './step-report.ts'

// The least time between two writes of what a step at work tells (milliseconds).
const APART = 1000

interface Told {
  /** Redacted. */
  report: StoredReport
  /** How much the run had learned then; undefined: another worker redacted it. */
  knowledge: number | undefined
}

/** What one attempt tells, on its way to the store. */
export interface OpenReport {
  readonly report: StepReport
  /** Stores all of it. @throws as {@link RunRecord.storeReport} */
  end(): Promise<void>
}

/** Does `work` after changes: soon after the first of many, and never twice at once. */
class Pace {
  readonly #work: () => Promise<void>
  #last = performance.now()
  #timer: NodeJS.Timeout | undefined
  #underWay: Promise<void> | undefined
  #state: 'still' | 'due' | 'over' = 'still'

  constructor(work: () => Promise<void>) {
    this.#work = work
  }

  changed(): void {
    if (this.#state === 'over') return
    this.#state = 'due'
    if (this.#timer || this.#underWay) return
    this.#timer = setTimeout(() => this.#begin(), Math.max(0, this.#last + APART - performance.now()))
  }

  #begin(): void {
    this.#timer = undefined
    this.#state = 'still'
    this.#last = performance.now()
    this.#underWay = this.#work().then(() => {
      this.#underWay = undefined
      if (this.#state === 'due') this.changed()
    })
  }

  async end(): Promise<void> {
    this.#state = 'over'
    clearTimeout(this.#timer)
    await this.#underWay
  }
}

/** What the steps of a run tell. A run whose steps tell nothing costs nothing. */
export class StepReports {
  readonly #record: Pick<RunRecord, 'storeReport' | 'tryReport'>
  readonly #redactor: RunRedactor
  readonly #told = new Map<number, Told>()

  constructor(record: Pick<RunRecord, 'storeReport' | 'tryReport'>, redactor: RunRedactor) {
    this.#record = record
    this.#redactor = redactor
  }

  /** What was told before another worker lost the run. */
  load(steps: readonly ClaimedStep[]): void {
    for (const { position, log = null, progress = null } of steps)
      if (log || progress) this.#told.set(position, { report: { log, progress }, knowledge: undefined })
  }

  /** @param holdsLines whether its lines are stored only when it has ended. */
  open(position: number, attempt: number, holdsLines: boolean): OpenReport {
    const tell = () => this.#record.tryReport({ position, attempt, report: report.redacted(!holdsLines) })
    const pace = new Pace(tell)
    const report = new StepReport(this.#redactor, () => pace.changed())
    return {
      report,
      end: async () => {
        await pace.end()
        this.#told.delete(position)
        if (report.isEmpty) return
        const { knowledge } = this.#redactor
        const told = report.redacted()
        await this.#record.storeReport({ position, report: told })
        this.#told.set(position, { report: told, knowledge })
      },
    }
  }

  /**
   * Redacts what was told before the run learned more.
   *
   * @param isHidden whether nobody can say what the run holds, so that nothing is shown.
   */
  async settle(isHidden: boolean): Promise<void> {
    for (const [position, { report, knowledge }] of this.#told) {
      if (!isHidden && knowledge === this.#redactor.knowledge) continue
      const told = isHidden ? { log: null, progress: null } : redactReport(report, this.#redactor)
      if (JSON.stringify(told) !== JSON.stringify(report))
        await this.#record.storeReport({ position, report: told })
    }
  }
}
