import { AppError } from '../errors.ts'
import type { StepContext } from '../steps/step-context.ts'
import { findHold, type LaunchOptions } from './launch.ts'
import type { PluginPackage } from './package.ts'
import {
  defaultTiming,
  PluginProcess,
  ProcessEnded,
  type ProcessTiming,
  type RemoteQuestion,
  type RemoteWork,
} from './plugin-process.ts'

export interface HostOptions extends Omit<LaunchOptions, 'package' | 'hold'> {
  /** Default: the strictest that the machine allows. */
  hold?: LaunchOptions['hold'] | undefined
  timing?: Partial<ProcessTiming> | undefined
  /** After so long (milliseconds) without work its process ends, until it is needed. Default: it stays. */
  idleMs?: number | undefined
  /** Told of a process that has ended by itself, with what ended it. */
  ended?: ((name: string, why: string) => void) | undefined
}

// How long (milliseconds) a call that was told to stop may take, before its process takes no other call.
const STOP_MS = 5000
// How long others in a process that is given up may go on.
const LEAVE_MS = 60_000
// How many calls, whose process ended under them, are done again at once.
const MOST_ALONE = 4

/** Keeps the process of one package: starts it when it is needed, again when it has ended, and a call again by rule. */
export class PluginHost {
  readonly package: PluginPackage
  readonly #options: HostOptions
  #current: Promise<PluginProcess> | undefined
  readonly #all = new Set<PluginProcess>()
  #alone = 0
  readonly #waiting: (() => void)[] = []
  #isClosed: boolean = false
  #rest: NodeJS.Timeout | undefined

  constructor(plugin: PluginPackage, options: HostOptions) {
    this.package = plugin
    this.#options = options
  }

  /** The definitions of its step types, which nobody has checked. @throws AppError INVALID_STEP_TYPE */
  async describe(): Promise<readonly unknown[]> {
    try {
      return await (await this.#process()).loaded
    } catch (error) {
      throw error instanceof ProcessEnded ? this.#unloadable(error) : error
    }
  }

  /**
   * Runs a step. When the process ends under it, it is done once more, in a process for it alone, if that does no harm.
   *
   * @param repeatable whether it may be done twice whatever it has done.
   * @returns its output as text, which nobody has checked.
   * @throws AppError STEP_FAILED, INTERRUPTED; and what the step threw.
   */
  async run(work: RemoteWork, repeatable: boolean, context: StepContext): Promise<string> {
    try {
      return await this.#watched(await this.#ready(), work, context)
    } catch (error) {
      if (!(error instanceof ProcessEnded) || context.signal.aborted) throw this.#inWords(error)
      if (error.hasActed && !repeatable) throw this.#interrupted(error)
    }
    return this.#runAlone(work, context)
  }

  /** @throws AppError STEP_FAILED, and what the definition threw. */
  async ask(question: RemoteQuestion): Promise<unknown> {
    try {
      return await (await this.#ready()).ask(question)
    } catch (error) {
      if (!(error instanceof ProcessEnded)) throw error
    }
    try {
      return await (await this.#ready()).ask(question)
    } catch (error) {
      throw this.#inWords(error)
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#rest)
    const all = [...this.#all]
    for (const it of all) it.end()
    await Promise.all(all.map((it) => it.ended))
  }

  async #process(): Promise<PluginProcess> {
    this.#restLater()
    const current = await this.#current?.catch(() => undefined)
    if (current && !current.isEnding) return current
    this.#current = this.#start()
    return this.#current
  }

  #restLater(): void {
    const { idleMs } = this.#options
    if (idleMs === undefined) return
    clearTimeout(this.#rest)
    this.#rest = setTimeout(() => {
      const idle = [...this.#all].filter((it) => it.isIdle)
      for (const it of idle) it.end('has rested')
      if (this.#all.size > idle.length) this.#restLater()
    }, idleMs).unref()
  }

  async #ready(): Promise<PluginProcess> {
    const found = await this.#process()
    try {
      await found.loaded
    } catch (error) {
      throw this.#inWords(error)
    }
    return found
  }

  async #start(): Promise<PluginProcess> {
    if (this.#isClosed) throw new AppError('INTERRUPTED', 'The worker is stopping.')
    const { hold = await findHold(), timing, env, secretPaths } = this.#options
    const started = new PluginProcess({
      env,
      secretPaths,
      hold,
      package: this.package,
      timing: { ...defaultTiming, ...timing },
    })
    this.#all.add(started)
    void started.ended.then(() => this.#all.delete(started))
    return started
  }

  async #runAlone(work: RemoteWork, context: StepContext): Promise<string> {
    if (this.#alone >= MOST_ALONE) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#alone++
    try {
      context.signal.throwIfAborted()
      const own = await this.#start()
      try {
        await own.loaded
        return await own.run(work, context)
      } finally {
        own.end()
      }
    } catch (error) {
      throw this.#inWords(error)
    } finally {
      this.#alone--
      this.#waiting.shift()?.()
    }
  }

  /** A call that goes on although it was told to stop makes its process take no other. */
  async #watched(found: PluginProcess, work: RemoteWork, context: StepContext): Promise<string> {
    const { signal } = context
    let timer: NodeJS.Timeout | undefined
    const stop = () => {
      timer = setTimeout(() => this.#giveUp(found), STOP_MS)
    }
    signal.addEventListener('abort', stop, { once: true })
    try {
      return await found.run(work, context)
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
    }
  }

  #giveUp(found: PluginProcess): void {
    this.#current = undefined
    setTimeout(() => found.end('was left by a step that did not stop'), LEAVE_MS).unref()
  }

  #inWords(error: unknown): unknown {
    if (!(error instanceof ProcessEnded)) return error
    this.#options.ended?.(this.package.name, error.why)
    return new AppError('STEP_FAILED', `The plugin ${this.package.name} failed: its process ${error.why}.`)
  }

  #interrupted(error: ProcessEnded): AppError {
    this.#options.ended?.(this.package.name, error.why)
    const advice =
      'Whether the step had its effect is unknown: look at the other side before you run it again.'
    return new AppError('INTERRUPTED', `The plugin ${this.package.name}: its process ${error.why}. ${advice}`)
  }

  #unloadable(error: ProcessEnded): AppError {
    return new AppError(
      'INVALID_STEP_TYPE',
      `The plugin ${this.package.name} cannot be loaded: its process ${error.why}.`,
    )
  }
}
