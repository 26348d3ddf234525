import { AppError } from '../errors.ts'
import type { Learned, Result, Work } from '../off-loop/requests.ts'
import type { Threads } from '../off-loop/threads.ts'
import { createRedactor, type Redactor } from './redactor.ts'

/** The redactor of one run: it handles large texts beside the event loop, within a budget of time. */
export interface RunRedactor extends Redactor {
  /** How much it has learned: what was redacted at the same count need not be redacted again. */
  readonly knowledge: number
  /**
   * `data` of a JSON text, as JSON text; the very same when it holds no value.
   *
   * @throws AppError TIMEOUT | RESPONSE_TOO_LARGE | STEP_FAILED when it cannot be done; the reason of `signal`.
   */
  json(text: string, signal?: AbortSignal): Promise<string>
  /** As `text`. @throws as {@link RunRedactor.json}. */
  largeText(input: string, signal?: AbortSignal): Promise<string>
  /** As `find`, in all of these. @throws as {@link RunRedactor.json}. */
  findIn(inputs: readonly (string | Uint8Array)[], signal?: AbortSignal): Promise<string[]>
  /** Frees what is kept for the run elsewhere, once it has ended. */
  close(): void
}

/** Where something was redacted or searched, and what it cost. */
export type RedactionNote = (where: 'loop' | 'thread', seconds: number, characters: number) => void

export interface RunRedactorOptions {
  workspace: string
  run: string
  threads: Threads
  note?: RedactionNote | undefined
}

// Larger ones (characters) go to a thread: the slowest text that we know costs the event loop 20 ms then.
const OFF_LOOP_OVER = 64 * 1024
// How long one run may have its data searched (milliseconds): 12 outputs of 5 MiB take some 4 s.
const TIME = 60_000

/** @param options without them everything is done at once, on the event loop and without a budget. */
export function createRunRedactor(options?: RunRedactorOptions): RunRedactor {
  const redactor = createRedactor()
  const log = new LearnedLog()
  const clock = new Clock(options)
  const isLarge = (size: number): boolean => options !== undefined && size > OFF_LOOP_OVER
  const there = (size: number, signal: AbortSignal | undefined, work: (it: OfRun) => Work) =>
    clock.there(size, signal, log.all, work)
  let lastFound: { input: string | Uint8Array; knowledge: number; names: readonly string[] } | undefined
  const find = async (input: string | Uint8Array, signal: AbortSignal | undefined) => {
    if (!isLarge(input.length)) return clock.here(input.length, () => redactor.find(input))
    const knowledge = log.all.length
    // Steps in a row often get the same text, of which a string of the same address is told at once.
    if (lastFound?.input === input && lastFound.knowledge === knowledge) return lastFound.names
    const result = await there(input.length, signal, (it) => ({ kind: 'find', input, ...it }))
    lastFound = { input, knowledge, names: Array.isArray(result) ? result : [] }
    return lastFound.names
  }
  return {
    ...redactor,
    get knowledge() {
      return log.all.length
    },
    learn(names, value) {
      redactor.learn(names, value)
      log.add(names, value.reveal())
    },
    text: (input) => clock.here(input.length, () => redactor.text(input)),
    async json(text, signal) {
      if (isLarge(text.length)) {
        return asText(await there(text.length, signal, (it) => ({ kind: 'json', text, ...it })), text)
      }
      return clock.here(text.length, () => JSON.stringify(redactor.data(JSON.parse(text))))
    },
    async largeText(text, signal) {
      if (!isLarge(text.length)) return clock.here(text.length, () => redactor.text(text))
      return asText(await there(text.length, signal, (it) => ({ kind: 'text', text, ...it })), text)
    },
    async findIn(inputs, signal) {
      const found = new Set<string>()
      for (const input of packed(inputs)) for (const name of await find(input, signal)) found.add(name)
      return [...found]
    },
    close: () => options?.threads.forget(options.run),
  }
}

type OfRun = { run: string; learned: readonly Learned[] }

const asText = (result: Result, sent: string): string => (typeof result === 'string' ? result : sent)

/** What was learned, each thing once, in the order in which threads are told of it. */
class LearnedLog {
  readonly all: Learned[] = []
  readonly #names = new Map<string, Set<string>>()

  add(names: readonly string[], value: string): void {
    const known = this.#names.get(value) ?? new Set()
    if (names.every((name) => known.has(name))) return
    this.#names.set(value, new Set([...known, ...names]))
    this.all.push([names, value])
  }
}

/** Keeps account of the time that a run's redactions have taken. */
class Clock {
  readonly #options: RunRedactorOptions | undefined
  #used = 0

  constructor(options: RunRedactorOptions | undefined) {
    this.#options = options
  }

  here<T>(size: number, work: () => T): T {
    const began = performance.now()
    const result = work()
    this.#spend('loop', performance.now() - began, size)
    return result
  }

  async there(
    size: number,
    signal: AbortSignal | undefined,
    learned: readonly Learned[],
    work: (it: OfRun) => Work,
  ): Promise<Result> {
    if (!this.#options) throw new AppError('INTERNAL', 'There is no thread to redact in.')
    const { threads, workspace, run } = this.#options
    const limit = TIME - this.#used
    if (limit <= 0) throw timeUsedUp()
    const knows = { run, learned }
    const spent = (milliseconds: number) => this.#spend('thread', milliseconds, size)
    const job = { workspace, size, limit, signal, knows, spent, tooLong: timeUsedUp }
    return threads.run({ ...job, work: (unknown) => work({ run, learned: unknown }) })
  }

  #spend(where: 'loop' | 'thread', milliseconds: number, size: number): void {
    this.#used += milliseconds
    this.#options?.note?.(where, milliseconds / 1000, size)
  }
}

/**
 * Joins small texts, so that a hundred thousand of them cost no more than one of their length. What is found over the
 * border of two is no value, unless one holds the character between them; then a name too many is given.
 */
function packed(inputs: readonly (string | Uint8Array)[]): (string | Uint8Array)[] {
  const isSmall = (it: string | Uint8Array) => typeof it === 'string' && it.length <= OFF_LOOP_OVER
  const small = inputs.filter(isSmall)
  return [...(small.length > 0 ? [small.join('\0')] : []), ...inputs.filter((it) => !isSmall(it))]
}

function timeUsedUp(): AppError {
  const advice = 'Let its steps handle less data.'
  return new AppError(
    'TIMEOUT',
    `To search this run's data for secrets took over ${TIME / 1000} s. ${advice}`,
  )
}
