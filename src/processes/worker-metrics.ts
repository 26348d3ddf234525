import { Counter, type Registry } from 'prom-client'
import type { ExecutorParts } from '../executor/index.ts'

/** Metrics of what a worker's runs cost. Labels contain only names of our own. */
export function createWorkerMetrics(
  registry: Registry,
): Required<Pick<ExecutorParts, 'redacted' | 'refused'>> {
  const registers = [registry]
  const seconds = new Counter({
    name: 'lockstep_redaction_seconds_total',
    help: 'Time taken to redact and search texts, on the event loop and in threads.',
    labelNames: ['where'] as const,
    registers,
  })
  const characters = new Counter({
    name: 'lockstep_redaction_characters_total',
    help: 'Characters (bytes of what is no text) that were redacted and searched.',
    labelNames: ['where'] as const,
    registers,
  })
  const refusals = new Counter({
    name: 'lockstep_run_budget_refusals_total',
    help: 'Steps that ended because their run had used up one of its budgets.',
    labelNames: ['budget'] as const,
    registers,
  })
  return {
    redacted(where, took, length) {
      seconds.inc({ where }, took)
      characters.inc({ where }, length)
    },
    refused: (budget) => refusals.inc({ budget }),
  }
}
