import { parseJson } from '../exact-json.ts'
import type { Learned, Result } from '../off-loop/requests.ts'
import type { Sensitive } from '../sensitive.ts'
import { OFF_LOOP_OVER, RedactionClock, type RunRedactorOptions } from './redaction-clock.ts'
import { createRedactor, type Redactor } from './redactor.ts'
import { Searches } from './searches.ts'

/** The redactor of one run: it handles large texts beside the event loop, within a budget of time. */
export interface RunRedactor extends Redactor {
  /** How much it has learned: what was redacted at the same count need not be redacted again. */
  readonly knowledge: number
  /** Texts over this length (characters) are for those that give promises. */
  readonly largest: number
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
  /** As `find`, in each of these. @throws as {@link RunRedactor.json}. */
  ownersIn(texts: readonly string[], signal?: AbortSignal): Promise<Map<string, readonly string[]>>
  /** Frees what is kept for the run elsewhere, once it has ended. */
  close(): void
}

/** @param options without them everything is done at once, on the event loop and without a budget. */
export function createRunRedactor(options?: RunRedactorOptions): RunRedactor {
  const redactor = createRedactor()
  const log = new LearnedLog()
  const clock = new RedactionClock(options, log.all)
  const searches = new Searches(redactor, clock)
  const told = (before: string, after: string): string => {
    if (after !== before) options?.masked?.()
    return after
  }
  return {
    ...redactor,
    get knowledge() {
      return log.all.length
    },
    largest: OFF_LOOP_OVER,
    byteSweep(isText) {
      const it = redactor.byteSweep(isText)
      return {
        ...it,
        push(piece) {
          clock.left()
          return clock.here(piece.byteLength, () => it.push(piece))
        },
      }
    },
    learn(names, value, parts = true) {
      redactor.learn(names, value, parts)
      log.add(names, value, parts)
    },
    text: (input) =>
      told(
        input,
        clock.here(input.length, () => redactor.text(input)),
      ),
    json: async (text, signal) =>
      told(text, await redactedBy(clock, 'json', text, signal, () => redactedJson(redactor, text))),
    largeText: async (text, signal) =>
      told(text, await redactedBy(clock, 'text', text, signal, () => redactor.text(text))),
    findIn: (inputs, signal) => searches.findIn(inputs, log.all.length, signal),
    ownersIn: (texts, signal) => searches.ownersIn(texts, log.all.length, signal),
    close: () => options?.threads.forget(options.run),
  }
}

const redactedJson = (redactor: Redactor, text: string): string =>
  JSON.stringify(redactor.data(parseJson(text)))

/** In a thread when it is large, otherwise by `here`. */
async function redactedBy(
  clock: RedactionClock,
  kind: 'json' | 'text',
  text: string,
  signal: AbortSignal | undefined,
  here: () => string,
): Promise<string> {
  const { length } = text
  if (!clock.isLarge(length)) return clock.here(length, here)
  return asText(await clock.there(length, signal, (it) => ({ kind, text, ...it })), text)
}

const asText = (result: Result, sent: string): string => (typeof result === 'string' ? result : sent)

/** What was learned, each thing once, in the order in which threads are told of it. */
class LearnedLog {
  readonly all: Learned[] = []
  readonly #names = new Map<string, Set<string>>()

  add(names: readonly string[], value: Sensitive, parts: boolean): void {
    const text = value.reveal()
    const id = `${parts ? 'with' : 'without'} ${text}`
    const known = this.#names.get(id) ?? new Set()
    if (names.every((name) => known.has(name))) return
    this.#names.set(id, new Set([...known, ...names]))
    this.all.push([names, text, parts])
  }
}
