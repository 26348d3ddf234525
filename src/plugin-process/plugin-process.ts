import { randomUUID } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import { AppError } from '../errors.ts'
import type { StepAsk } from '../steps/ask.ts'
import type { RenderedInput } from '../steps/define-step.ts'
import type { StepContext } from '../steps/step-context.ts'
import { Channel } from './channel.ts'
import { pack } from './crossing.ts'
import type { Frame } from './frames.ts'
import { type Launched, type LaunchOptions, launch, MEMORY_MIB } from './launch.ts'
import { PluginCall } from './plugin-call.ts'
import { memoryOf } from './process-memory.ts'
import { packError, readError } from './read-error.ts'
import { odd } from './read-message.ts'

/** The process has ended, and with it all that it worked on. */
export class ProcessEnded extends Error {
  /** What ended it, in words that fit behind "its process". */
  readonly why: string
  /** Whether the call may have done something that others see. */
  readonly hasActed: boolean

  constructor(why: string, hasActed: boolean) {
    super(`The process of the plugin ${why}.`)
    this.why = why
    this.hasActed = hasActed
  }
}

export interface ProcessTiming {
  /** How often a process with work is asked whether it is there, and how long it may be silent (milliseconds). */
  pingMs: number
  silentMs: number
  /** How long it may take to load its modules. */
  loadMs: number
}

export const defaultTiming: ProcessTiming = { pingMs: 500, silentMs: 10_000, loadMs: 60_000 }

/** What is run or asked of a step type. */
export interface RemoteWork {
  type: string
  input: RenderedInput
  /** The fields as they are stored, for a step type that validates what they became. */
  raw?: unknown
  /** What is asked for in the place of its work. */
  ask?: StepAsk
}

/** What is asked of a definition outside of a run. */
export interface RemoteQuestion {
  type: string
  /** The key of the step whose written fields are to be checked. */
  key?: string
  raw?: unknown
  input?: RenderedInput
  /** The version from which the fields are to be migrated. */
  from?: number
}

const MAY_COME_LATE: ReadonlySet<unknown> = new Set(['print', 'log', 'progress', 'left', 'warning'])
const MOST_OVER = 16
const OVER_MS = 10_000
// How many frames for no call a process may send in that time (milliseconds).
const MOST_STRAYS = 20_000
const STRAY_MS = 1000

interface Question {
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** One process of a package. */
export class PluginProcess {
  /** The definitions as the process describes them: nobody has checked them. */
  readonly loaded: Promise<readonly unknown[]>
  readonly ended: Promise<void>
  readonly #launched: Launched
  readonly #channel: Channel
  readonly #questions: Channel
  readonly #options: LaunchOptions & { timing: ProcessTiming }
  readonly #calls = new Map<string, PluginCall>()
  /** Calls that have ended, for as long as what they left behind may print. */
  readonly #over = new Map<string, PluginCall>()
  readonly #asked = new Map<number, Question>()
  #load: Question | undefined
  #watch: NodeJS.Timeout | undefined
  #loading: NodeJS.Timeout | undefined
  #heardAt = 0
  #count = 0
  #strays = 0
  #straySince = 0
  #why: string | undefined
  #isGone: boolean = false

  constructor(options: LaunchOptions & { timing: ProcessTiming }) {
    this.#options = options
    this.#launched = launch(options)
    // Of one that has closed its end, the system tells why it is gone.
    const broken = (error: AppError | undefined) =>
      error ? this.end('sent what no plugin sends') : this.#kill()
    this.#channel = new Channel(this.#launched.channel, { frame: (it) => this.#heard(it), ended: broken })
    const questions = { frame: (it: Frame) => this.#answerNow(it), ended: broken }
    this.#questions = new Channel(this.#launched.questions, questions)
    const { promise: loaded, ...load } = Promise.withResolvers<readonly unknown[]>()
    this.loaded = loaded
    loaded.catch(() => undefined)
    this.#load = load as Question
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    this.ended = ended
    const { process: child } = this.#launched
    child.once('error', () => this.#gone('could not be started', resolve))
    child.once('exit', (code, signal) => this.#gone(describeEnd(code, signal), resolve))
    this.#loading = setTimeout(() => this.end('did not load its modules in time'), options.timing.loadMs)
    const modules = options.package.modules.map(({ name, file }) => ({ name, url: pathToFileURL(file).href }))
    void this.#channel.send({ t: 'load', modules })
  }

  get isEnding(): boolean {
    return this.#isGone
  }

  get isIdle(): boolean {
    return this.#calls.size + this.#asked.size === 0
  }

  /** Runs a step. @returns its output as text. @throws ProcessEnded, or what the step threw. */
  async run({ type, input, raw, ask }: RemoteWork, context: StepContext): Promise<string> {
    const id = randomUUID()
    const { permissions } = this.#options.package
    const call = new PluginCall({ id, context, permissions, send: (...it) => this.#channel.send(...it) })
    if (this.isEnding) throw new ProcessEnded(this.#why ?? 'has ended', false)
    this.#calls.set(id, call)
    this.#startWatch()
    const { maxResponseBytes, attempt, idempotencyKey, workspace, run, signal } = context
    const config = pack(context.config)
    const facts = { maxResponseBytes, attempt, idempotencyKey, workspace, run, config }
    const abort = () => void this.#channel.send({ t: 'abort', call: id, error: packError(signal.reason) })
    try {
      void this.#channel.send({ t: 'run', call: id, type, input: pack(input), raw, ask, facts })
      if (signal.aborted) abort()
      else signal.addEventListener('abort', abort, { once: true })
      return await call.done
    } finally {
      signal.removeEventListener('abort', abort)
      call.close()
      this.#calls.delete(id)
      this.#keepOver(id, call)
      this.#stopWatch()
    }
  }

  #keepOver(id: string, call: PluginCall): void {
    this.#over.set(id, call)
    const [oldest] = this.#over.keys()
    if (oldest !== undefined && this.#over.size > MOST_OVER) this.#over.delete(oldest)
    setTimeout(() => this.#over.delete(id), OVER_MS).unref()
  }

  /** Asks a definition for what its functions say. @throws ProcessEnded, or what the function threw. */
  async ask(question: RemoteQuestion): Promise<unknown> {
    if (this.isEnding) throw new ProcessEnded(this.#why ?? 'has ended', false)
    const id = this.#count++
    const { promise, ...pending } = Promise.withResolvers<unknown>()
    this.#asked.set(id, pending)
    this.#startWatch()
    const { input, ...rest } = question
    void this.#channel.send({ t: 'ask', ask: id, ...rest, ...(input && { input: pack(input) }) })
    try {
      return await promise
    } finally {
      this.#asked.delete(id)
      this.#stopWatch()
    }
  }

  /** Ends the process at once. @param why in words that fit behind "its process". */
  end(why = 'was ended'): void {
    this.#why ??= why
    this.#kill()
  }

  #kill(): void {
    this.#isGone = true
    this.#channel.close()
    this.#questions.close()
    const { pid } = this.#launched.process
    if (pid === undefined) return
    try {
      // Its group, if it has one: what started it ends with it.
      if (process.platform === 'win32') this.#launched.process.kill('SIGKILL')
      else process.kill(-pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }

  #gone(why: string, ended: () => void): void {
    this.#isGone = true
    this.#why ??= why
    this.#channel.close()
    this.#questions.close()
    clearTimeout(this.#loading)
    clearInterval(this.#watch)
    const reason = this.#why
    for (const call of this.#calls.values()) call.fail(new ProcessEnded(reason, call.hasActed))
    for (const it of this.#asked.values()) it.reject(new ProcessEnded(reason, false))
    this.#load?.reject(new ProcessEnded(reason, false))
    ended()
  }

  /** Throws what the channel takes for the end of it: whatever is no message of a plugin. */
  #heard({ message, bytes }: Frame): void {
    this.#heardAt = performance.now()
    const { t, call } = message
    if (t === 'pong') return void this.#countStray()
    if (t === 'loaded' || t === 'failed') return void this.#finishLoading(message)
    if (t === 'answered') {
      const asked = this.#asked.get(Number(message['ask']))
      if (message['error']) asked?.reject(readError(message['error']))
      else asked?.resolve(message['value'])
      return
    }
    const id = String(call)
    const running = this.#calls.get(id)
    if (running) return void running.heard(message, bytes)
    this.#countStray()
    // What a step left behind may still print.
    if (MAY_COME_LATE.has(t)) this.#over.get(id)?.heard(message, bytes)
  }

  /** Stops a process that has no call from keeping the worker busy with frames. @throws AppError STEP_FAILED */
  #countStray(): void {
    const now = performance.now()
    if (now - this.#straySince > STRAY_MS) [this.#strays, this.#straySince] = [0, now]
    if (++this.#strays > MOST_STRAYS) throw odd()
  }

  #answerNow({ message }: Frame): void {
    if (!this.#calls.has(String(message['call']))) this.#countStray()
    void this.#questions.send(this.#answerOf(message))
  }

  #answerOf(message: Frame['message']): object {
    try {
      const found = this.#calls.get(String(message['call']))
      if (!found) throw new AppError('STEP_FAILED', 'The step has ended.')
      return found.answerNow(message)
    } catch (error) {
      return { error: packError(error) }
    }
  }

  #finishLoading({ t, types, error }: Frame['message']): void {
    clearTimeout(this.#loading)
    if (t === 'loaded' && Array.isArray(types)) this.#load?.resolve(types)
    else {
      const { message } = readError(error)
      this.#load?.reject(new AppError('INVALID_STEP_TYPE', message))
    }
    this.#load = undefined
  }

  #startWatch(): void {
    if (this.#watch) return
    const { pingMs, silentMs } = this.#options.timing
    this.#heardAt = performance.now()
    this.#watch = setInterval(() => {
      if (performance.now() - this.#heardAt > silentMs)
        return this.end('did not answer: it was busy for too long')
      void this.#channel.send({ t: 'ping' })
      void this.#watchMemory()
    }, pingMs)
  }

  #stopWatch(): void {
    if (!this.isIdle) return
    clearInterval(this.#watch)
    this.#watch = undefined
  }

  async #watchMemory(): Promise<void> {
    const bytes = await memoryOf(this.#launched.process.pid)
    if (bytes > MEMORY_MIB * 1024 * 1024) this.end(`took over ${MEMORY_MIB} MiB of memory`)
  }
}

function describeEnd(code: number | null, signal: NodeJS.Signals | null): string {
  // V8 aborts when its heap is full; what it prints then is for nobody.
  if (signal === 'SIGABRT' || signal === 'SIGTRAP' || code === 134 || code === 133)
    return 'ended for want of memory, or crashed'
  return signal ? `was ended by ${signal}` : `ended with the code ${code}`
}
