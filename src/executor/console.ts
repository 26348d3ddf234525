import { AsyncLocalStorage } from 'node:async_hooks'
import { Console } from 'node:console'
import { Writable } from 'node:stream'
import type { Logger } from '../log.ts'
import type { RunRedactor } from '../redactor/index.ts'
import { PrintedLines } from './printed-lines.ts'

/** Where what a step prints goes. Counters, timers and groups of its console are its own. */
interface Sink {
  redactor: RunRedactor
  log: Logger
  /** Made when it is used first: most steps print nothing. */
  readonly console: Console
  stdout: PrintedLines
  stderr: PrintedLines
}

const current = new AsyncLocalStorage<Sink>()
const methods = [
  ...(['log', 'info', 'warn', 'error', 'debug', 'trace', 'assert', 'dir', 'dirxml', 'table'] as const),
  ...(['count', 'countReset', 'group', 'groupCollapsed', 'groupEnd', 'time', 'timeLog', 'timeEnd'] as const),
]

/** Runs `work`; whatever it prints, also later and from timers that it left, goes redacted into the log. */
export async function captureConsole<T>(
  redactor: RunRedactor,
  log: Logger,
  work: () => Promise<T>,
): Promise<T> {
  const print = (text: string) => {
    if (text.length > redactor.largest) void printLarge(redactor, log, text)
    else log.info({ printed: true }, redactor.text(text))
  }
  const stdout = new PrintedLines(print)
  const stderr = new PrintedLines(print)
  let own: Console | undefined
  const sink: Sink = {
    redactor,
    log,
    get console() {
      own ??= createConsole(print)
      return own
    },
    stdout,
    stderr,
  }
  try {
    return await current.run(sink, work)
  } finally {
    stdout.end()
    stderr.end()
  }
}

function createConsole(print: (text: string) => void): Console {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      print(String(chunk).replace(/\n$/, ''))
      done()
    },
  })
  return new Console(stream)
}

async function printLarge(redactor: RunRedactor, log: Logger, text: string): Promise<void> {
  try {
    log.info({ printed: true }, await redactor.largeText(text))
  } catch {
    // The run has used up its time for that: then nobody can say what it holds.
    log.warn({ characters: text.length }, 'what the step printed is too large to be shown')
  }
}

/**
 * Logs what failed in something that a step left behind, such as a timer: redacted, and with the name of the step.
 *
 * @returns false when it was no step's.
 */
export function logLeftBehind(error: unknown): boolean {
  const sink = current.getStore()
  const data = { data: sink?.redactor.data(error) }
  sink?.log.error(data, 'something that the step left behind failed')
  return sink !== undefined
}

/**
 * Sends what is printed in this process through the redactor of the step that prints: by its `console`, its
 * standard output and error, and the warnings of Node, which name what they warn of. What is printed with the
 * `console` outside of a step is dropped: nobody knows which values it may hold.
 *
 * @returns what undoes it.
 */
export function installConsoleCapture(): () => void {
  const undo = [...methods.map(captureMethod), captureStream('stdout'), captureStream('stderr')]
  const printWarning = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', logWarning)
  return () => {
    for (const restore of undo) restore()
    process.off('warning', logWarning)
    for (const listener of printWarning) process.on('warning', listener)
  }
}

function captureMethod(method: (typeof methods)[number]): () => void {
  const target: Record<typeof method, unknown> = globalThis.console
  const original = target[method]
  target[method] = (...args: unknown[]) => {
    const own = current.getStore()?.console
    if (own) Reflect.apply(own[method], own, args)
  }
  return () => {
    target[method] = original
  }
}

function captureStream(name: 'stdout' | 'stderr'): () => void {
  const stream = process[name]
  const original = stream.write
  stream.write = (chunk: Uint8Array | string, ...rest: unknown[]) => {
    const sink = current.getStore()
    if (!sink) return Reflect.apply(original, stream, [chunk, ...rest]) as boolean
    sink[name].write(chunk)
    const done = rest.at(-1)
    if (typeof done === 'function') process.nextTick(done as () => void)
    return true
  }
  return () => {
    stream.write = original
  }
}

function logWarning(warning: Error): void {
  const sink = current.getStore()
  sink?.log.warn({ data: sink.redactor.data(warning) }, 'warning of Node')
}
