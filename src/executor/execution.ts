import type { Egress } from '../egress/index.ts'
import type { Logger } from '../log.ts'
import type { Threads } from '../off-loop/threads.ts'
import type { RedactionNote, RunRedactor } from '../redactor/index.ts'
import type { Resolver } from '../resolver/resolver.ts'
import type { Registry } from '../steps/index.ts'
import type { AutomationStep, HookSignature } from '../store/entities/index.ts'
import type { ClaimedRun } from '../store/runs/claim.ts'
import type { HandedSecret, RunJob } from '../store/runs/run-job.ts'
import type { RunWrites } from '../store/runs/run-writes.ts'
import type { Tracing } from '../tracing/tracing.ts'
import type { Opener } from '../vault/opening.ts'
import type { Sealer } from '../vault/sealing.ts'
import type { FileStore, RunFiles } from './files/run-files.ts'
import type { MemoryShare, WorkerMemory } from './memory.ts'
import type { Pace } from './pace.ts'
import type { Patiently } from './patience.ts'
import type { LimitName } from './run-budget.ts'
import type { EndedStep, RunRecord } from './run-record.ts'
import type { RunState } from './run-state.ts'
import type { RunMetrics, RunWatch } from './run-watch.ts'
import type { StepCaches } from './step-cache.ts'
import type { StepReports } from './step-reports.ts'

export interface ExecutorParts {
  writes: RunWrites
  resolver: Resolver
  egress: Egress
  registry: Registry
  sealer: Sealer
  opener: Opener
  /** What steps keep between runs. */
  caches?: StepCaches | undefined
  /** Where the files of runs are. */
  files: FileStore
  log: Logger
  threads: Threads
  pace: Pace
  memory: WorkerMemory
  /** Told of what redacting cost, and of budgets of runs that did not suffice. */
  redacted?: RedactionNote
  refused?: (name: LimitName) => void
  metrics?: RunMetrics
  tracing?: Tracing | undefined
  /** The hosts that may learn of the span of a request that is sent to them. */
  traceHosts?: readonly string[]
}

export interface Execution {
  parts: ExecutorParts
  job: RunJob
  /** The run as it was handed out, of which {@link ClaimedRun.started} is kept up to date. */
  claimed: Pick<ClaimedRun, 'started'>
  record: RunRecord
  watch: RunWatch
  patiently: Patiently
  /** Its part of the worker's memory for large data. */
  share: MemoryShare
  redactor: RunRedactor
  files: RunFiles
  reports: StepReports
  state: RunState
  /** How much the run had learned when a step's output was redacted and stored; undefined: it is not shown yet. */
  stored: Map<number, number | undefined>
  /** The length of all that was stored of its outputs. */
  storedBytes: number
  /** The length of its input, sealed. */
  inputLength: number
  /** The steps of the automation as they were when the run began. */
  definitions: readonly AutomationStep[]
  /** How the request that started the run has to be signed. */
  hook: HookSignature | null
  createdAt: Date
  /** The secrets of what comes next, if they were handed out: their use is on record. */
  handed: readonly HandedSecret[]
  /** A step that has ended, and with it the run: both ends are stored together. */
  ending: EndedStep | undefined
  /** Aborts when the run is cancelled or takes too long, and with `claim`. */
  signal: AbortSignal
  /** Aborts when this worker has lost the job. */
  claim: AbortSignal
}
