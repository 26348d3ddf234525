import { Counter, Histogram, type Registry } from 'prom-client'
import { workerMetrics as list } from './list.ts'

export interface WorkerMetrics {
  /** @param seconds undefined when no worker executed the run to its end. */
  runEnded(status: string, code: string | undefined, seconds: number | undefined): void
  runBegan(waitedSeconds: number): void
  stepEnded(type: string, status: string, code: string | undefined, seconds: number): void
  scheduleStarted(lateSeconds: number): void
  claimLost(): void
  claimsFreed(count: number): void
  heartbeatFailed(): void
  opened(kind: 'secret' | 'run', outcome: 'opened' | 'failed'): void
  masked(): void
  redacted(where: 'loop' | 'thread', seconds: number, characters: number): void
  egressRefused(reason: string): void
}

/** A worker counts for every run: what it counts with is made once for each set of labels. */
export function createWorkerMetrics(registry: Registry): WorkerMetrics {
  const registers = [registry]
  return {
    ...createRunMetrics(registers),
    ...createClaimMetrics(registers),
    ...createValueMetrics(registers),
  }
}

function createRunMetrics(registers: Registry[]) {
  const runs = counters(new Counter({ ...list.runs, registers }))
  const duration = histograms(histogram(list.runDuration, registers))
  const wait = histogram(list.runWait, registers)
  const steps = histograms(histogram(list.stepDuration, registers))
  const stepErrors = counters(new Counter({ ...list.stepErrors, registers }))
  const lag = histogram(list.scheduleLag, registers)
  return {
    runEnded(status: string, code = '', seconds: number | undefined) {
      runs(status, code).inc()
      if (seconds !== undefined) duration(status).observe(seconds)
    },
    runBegan: (seconds: number) => wait.observe(seconds),
    stepEnded(type: string, status: string, code: string | undefined, seconds: number) {
      steps(type, status).observe(seconds)
      if (code !== undefined) stepErrors(type, code).inc()
    },
    scheduleStarted: (seconds: number) => lag.observe(seconds),
  }
}

function createClaimMetrics(registers: Registry[]) {
  const lost = new Counter({ ...list.claimsLost, registers })
  const freed = new Counter({ ...list.claimsFreed, registers })
  const failures = new Counter({ ...list.heartbeatFailures, registers })
  return {
    claimLost: () => lost.inc(),
    claimsFreed: (count: number) => freed.inc(count),
    heartbeatFailed: () => failures.inc(),
  }
}

function createValueMetrics(registers: Registry[]) {
  const opens = counters(new Counter({ ...list.opens, registers }))
  const redactions = new Counter({ ...list.redactions, registers })
  const seconds = counters(new Counter({ ...list.redactionSeconds, registers }))
  const characters = counters(new Counter({ ...list.redactionCharacters, registers }))
  const refusals = counters(new Counter({ ...list.egressRefusals, registers }))
  return {
    opened: (kind: string, outcome: string) => opens(kind, outcome).inc(),
    masked: () => redactions.inc(),
    redacted(where: string, took: number, length: number) {
      seconds(where).inc(took)
      characters(where).inc(length)
    },
    egressRefused: (reason: string) => refusals(reason).inc(),
  }
}

type Config = { name: string; help: string; labelNames?: readonly string[]; buckets: readonly number[] }

const histogram = ({ buckets, ...config }: Config, registers: Registry[]) =>
  new Histogram({ ...config, buckets: [...buckets], registers })

const counters = <L extends string>(counter: Counter<L>) => kept((...values) => counter.labels(...values))
const histograms = <L extends string>(of: Histogram<L>) => kept((...values) => of.labels(...values))

/** One for each list of label values, which is made once. */
function kept<T>(make: (...values: string[]) => T): (...values: string[]) => T {
  const made = new Map<string, T>()
  return (...values) => {
    const key = values.length === 1 ? (values[0] ?? '') : values.join(' ')
    const known = made.get(key)
    if (known) return known
    const fresh = make(...values)
    made.set(key, fresh)
    return fresh
  }
}
