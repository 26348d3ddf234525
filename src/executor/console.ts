import { AsyncLocalStorage } from 'node:async_hooks'
import { format } from 'node:util'
import type { Logger } from '../log.ts'
import type { Redactor } from '../redactor/index.ts'

interface Sink {
  redactor: Redactor
  log: Logger
}

const current = new AsyncLocalStorage<Sink>()
const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'table'] as const

/** Runs `work`; whatever it prints with `console` goes redacted into the log. */
export function captureConsole<T>(redactor: Redactor, log: Logger, work: () => Promise<T>): Promise<T> {
  return current.run({ redactor, log }, work)
}

/**
 * Sends the process's `console` through the redactor of the step that prints. What is printed outside of a step
 * (a timer that a step left behind keeps its step) is dropped: nobody knows which values it may hold.
 *
 * @returns what undoes it.
 */
export function installConsoleCapture(): () => void {
  const target = globalThis.console
  const originals = methods.map((method) => [method, target[method]] as const)
  for (const method of methods) {
    target[method] = (...args: unknown[]) => {
      const sink = current.getStore()
      sink?.log.info({ console: method }, sink.redactor.text(format(...args)))
    }
  }
  return () => {
    for (const [method, original] of originals) target[method] = original
  }
}
