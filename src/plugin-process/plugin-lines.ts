import { AsyncLocalStorage } from 'node:async_hooks'
import type { StepContext } from '../steps/step-context.ts'
import { isRecord, type Message, textOf } from './read-message.ts'

// Of one call: of what follows nothing is kept.
const MOST_LINES = 10_000
// The same, in characters: all of them are searched for secrets.
const MOST_CHARACTERS = 4 * 1024 * 1024
// Characters. A longer line is left out: to cut it could leave half of a value, which nobody recognizes.
const LONGEST_LINE = 16 * 1024

/** What a call writes, prints and leaves behind, and how far it says that it is. */
export class PluginLines {
  readonly #context: Pick<StepContext, 'log' | 'progress'>
  readonly #inStep = AsyncLocalStorage.snapshot()
  #lines = 0
  #characters = 0

  constructor(context: Pick<StepContext, 'log' | 'progress'>) {
    this.#context = context
  }

  /** @throws AppError STEP_FAILED when it is nothing that a call says. */
  heard(message: Message, bytes: Uint8Array): void {
    // It costs no more than it takes to read it, and has no text.
    if (message['t'] === 'progress') return void this.#context.progress(...amountsOf(message))
    if (this.#lines++ >= MOST_LINES || this.#characters >= MOST_CHARACTERS) return
    this.#characters += bytes.byteLength + lengthOf(message)
    if (message['t'] === 'log') this.#log(message)
    else if (message['t'] === 'print') this.#print(message, bytes)
    else this.#tell(message)
  }

  #log({ level, message, data }: Message): void {
    const { log } = this.#context
    const write = level === 'debug' || level === 'warn' || level === 'error' ? log[level] : log.info
    const isShort = JSON.stringify(data ?? null).length <= LONGEST_LINE
    write(lineOf(message), isRecord(data) && isShort ? data : undefined)
  }

  /** As if the step had left the error or the warning here: what logs it knows the step by its context. */
  #tell({ t, name, message }: Message): void {
    const text = lineOf(message)
    this.#inStep(() => {
      if (t === 'warning') process.emitWarning(text, String(name).slice(0, 64))
      else void Promise.reject(new Error(text))
    })
  }

  /** As if the step had printed here: what gives it to the log knows the step by its context. */
  #print({ stream }: Message, bytes: Uint8Array): void {
    const copy = Buffer.from(bytes)
    this.#inStep(() => (stream === 'stderr' ? process.stderr : process.stdout).write(copy))
  }
}

const lengthOf = ({ message, data }: Message): number =>
  String(message).length + JSON.stringify(data ?? null).length

function lineOf(message: unknown): string {
  const text = textOf(message)
  return text.length <= LONGEST_LINE ? text : `A line of ${text.length} characters is too long for the log.`
}

/** Anything may come: what is no amount is passed over there. */
const amountsOf = ({ done, total }: Message) => [done, total] as [done: number, total?: number]
