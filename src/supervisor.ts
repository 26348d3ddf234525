import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from './log.ts'

/** The exit code (EX_CONFIG of sysexits.h) of a process that would fail again in the same way. */
export const CONFIGURATION_EXIT_CODE = 78

/** The argument of a process that is supervised. */
export const SUPERVISED = '--supervised'

export interface SupervisedProcess {
  /** Its name in the log. */
  role: string
  /**
   * The file that Node runs, and its arguments. Every user of the machine can see them, so they hold no secret.
   */
  args: readonly string[]
  /** The environment; by default that of this process. */
  env?: NodeJS.ProcessEnv
  /** Answers what the process asks of this one; undefined for a message that is no question. */
  answer?: (message: unknown) => Promise<object | undefined>
}

export interface SupervisorOptions {
  /** Started together. */
  processes: readonly SupervisedProcess[]
  log: Logger
  onReady?: (role: string, detail: Readonly<Record<string, unknown>>) => void
  /** How long a process may take to end what it works on, in seconds. */
  drainSeconds?: number
  /** Only for tests. */
  timing?: Partial<Timing>
}

export interface Supervisor {
  /** Resolves when each process has been ready, waits for something from outside, has ended once, or is late. */
  readonly started: Promise<void>
  /**
   * Resolves with the exit code: 0 after {@link stop}; 78 when a process refuses to start, or when every process is down
   * for good. The caller then stops the others.
   */
  readonly ended: Promise<number>
  stop(): Promise<void>
  /** Ends every process at once. {@link stop} resolves then. */
  kill(): void
}

export interface Timing {
  firstDelayMs: number
  longestDelayMs: number
  /** A process that lived this long restarts after the first delay. */
  steadyMs: number
  /** After so long, a process that does not get ready is late. */
  readyMs: number
  /** How long a process may take to end in order, besides {@link SupervisorOptions.drainSeconds}. */
  stopMs: number
}

const defaultTiming: Timing = {
  firstDelayMs: 1000,
  longestDelayMs: 30_000,
  steadyMs: 60_000,
  readyMs: 30_000,
  stopMs: 10_000,
}

/** Runs processes and restarts each when it ends by itself. They write to the output of this process. */
export function superviseProcesses(options: SupervisorOptions): Supervisor {
  const timing = { ...defaultTiming, ...options.timing }
  timing.stopMs += (options.drainSeconds ?? 0) * 1000
  const reasons = new Set<string>()
  const roles = options.processes.map((it) => new Role(it, timing, options, reasons))
  const { promise: ended, resolve } = Promise.withResolvers<number>()
  const started = Promise.all(roles.map((it) => it.start())).then(() => undefined)
  const isOver = Promise.race([Promise.all(roles.map((it) => it.down)), ...roles.map((it) => it.refused)])
  void isOver.then(() => resolve(CONFIGURATION_EXIT_CODE))
  let stopped: Promise<void> | undefined
  const stopAll = async () => {
    await Promise.all([started, ...roles.map((it) => it.stop())])
    resolve(0)
  }
  return {
    started,
    ended,
    stop: () => {
      stopped ??= stopAll()
      return stopped
    },
    kill: () => roles.forEach((it) => void it.kill()),
  }
}

/** One process, and the ones that take its place. */
class Role {
  /** Resolves when the process is not restarted because of its exit code. */
  readonly down: Promise<void>
  /** Resolves when the process is down and has never been ready: the instance cannot do its work. */
  readonly refused: Promise<void>
  readonly #reportDown: () => void
  readonly #reportRefused: () => void
  readonly #process: SupervisedProcess
  readonly #timing: Timing
  readonly #options: SupervisorOptions
  readonly #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #child: ChildProcess | undefined
  #timesReady = 0
  #delayMs: number

  readonly #reasons: Set<string>

  /** @param reasons what was told already, by any process. */
  constructor(process: SupervisedProcess, timing: Timing, options: SupervisorOptions, reasons: Set<string>) {
    ;({ promise: this.down, resolve: this.#reportDown } = Promise.withResolvers<void>())
    ;({ promise: this.refused, resolve: this.#reportRefused } = Promise.withResolvers<void>())
    this.#process = process
    this.#timing = timing
    this.#options = options
    this.#reasons = reasons
    this.#delayMs = timing.firstDelayMs
  }

  /** Resolves when the first process is ready, waits, has ended, or is late. */
  async start(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#running = this.#keepRunning(resolve)
    const { log } = this.#options
    const { role } = this.#process
    const late = setTimeout(() => {
      log.warn({ child: role }, `The ${role} is not ready yet`)
      resolve()
    }, this.#timing.readyMs)
    await promise
    clearTimeout(late)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    const child = this.#child
    if (child) end(child)
    const kill = setTimeout(() => {
      const { role } = this.#process
      this.#options.log.warn({ child: role }, `The ${role} does not end; killing it`)
      this.#child?.kill('SIGKILL')
    }, this.#timing.stopMs)
    await this.#running
    clearTimeout(kill)
  }

  kill(): void {
    this.#stopping.abort()
    this.#child?.kill('SIGKILL')
  }

  async #keepRunning(firstSettled: () => void): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      const startedAt = performance.now()
      const outcome = await this.#runOnce(firstSettled)
      firstSettled()
      if (signal.aborted) return
      if (outcome.code === CONFIGURATION_EXIT_CODE) return this.#giveUp(outcome)
      if (performance.now() - startedAt >= this.#timing.steadyMs) this.#delayMs = this.#timing.firstDelayMs
      await this.#pause(outcome)
    }
    firstSettled()
  }

  async #runOnce(ready: () => void): Promise<Outcome> {
    const child = spawn(process.execPath, this.#process.args, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: this.#process.env ?? process.env,
      windowsHide: true,
    })
    this.#child = child
    const outcome: Outcome = { code: null, signal: null, reason: undefined }
    child.on('message', (message: unknown) => {
      if (!isRecord(message)) return
      void this.#answer(child, message)
      const { ready: isReady, waiting, reason } = message
      if (typeof reason === 'string') outcome.reason = reason
      if (isReady === true || waiting === true) ready()
      if (isReady !== true) return
      this.#timesReady++
      this.#options.onReady?.(this.#process.role, message)
    })
    const gone = Promise.withResolvers<void>()
    child.once('exit', (code, signal) => {
      Object.assign(outcome, { code, signal })
      gone.resolve()
    })
    child.on('error', (error) => {
      if (child.pid !== undefined) return
      outcome.reason = error.message
      gone.resolve()
    })
    await gone.promise
    // The last messages of the process may arrive after the report of its end.
    if (child.connected)
      await Promise.race([once(child, 'disconnect'), delay(1000, undefined, { ref: false })])
    this.#child = undefined
    return outcome
  }

  async #answer(child: ChildProcess, message: unknown): Promise<void> {
    const answer = await this.#process.answer?.(message)
    // The process may have ended meanwhile.
    if (answer && child.connected) child.send(answer, () => undefined)
  }

  #giveUp({ reason = 'its configuration or its key is wrong, see what it wrote' }: Outcome): void {
    const { role } = this.#process
    const what = this.#timesReady > 0 ? 'stays down until Lockstep is started again' : 'refuses to start'
    const why = this.#reasons.has(reason) ? 'for the same reason' : reason
    this.#reasons.add(reason)
    this.#options.log.error({ child: role }, `The ${role} ${what}: ${why}`)
    if (this.#timesReady === 0) this.#reportRefused()
    this.#reportDown()
  }

  async #pause({ code, signal, reason }: Outcome): Promise<void> {
    const { role } = this.#process
    const restartInMs = this.#delayMs
    this.#delayMs = Math.min(restartInMs * 2, this.#timing.longestDelayMs)
    const details = { child: role, code, signal, reason, restartInMs }
    this.#options.log.error(details, `The ${role} ended; starting it again`)
    await delay(restartInMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
  }
}

interface Outcome {
  code: number | null
  signal: NodeJS.Signals | null
  reason: string | undefined
}

function end(child: ChildProcess): void {
  // On Windows a signal ends a process at once, so the end of the channel is the request to stop.
  if (process.platform !== 'win32') child.kill('SIGTERM')
  else if (child.connected) child.disconnect()
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** Tells the supervisor, if there is one, that this process is doing its work now. */
export function announceReady(detail: Readonly<Record<string, unknown>> = {}): void {
  if (process.connected) process.send?.({ ...detail, ready: true }, () => undefined)
}

/**
 * Tells the supervisor, if there is one, that this process waits for something that no other supervised process
 * provides.
 */
export function announceWaiting(): void {
  if (process.connected) process.send?.({ waiting: true }, () => undefined)
}

/**
 * Tells the supervisor, if there is one, why this process is about to end. Resolves when it is safe to exit.
 *
 * @param reason goes into the log: names and ids, never a value.
 */
export async function announceFailure(reason: string): Promise<void> {
  if (!process.connected) return
  await new Promise<void>((resolve) => {
    process.send?.({ reason }, () => resolve())
  })
}

/** Calls back when the supervisor is gone, even after `kill -9`. Without a supervisor it never calls back. */
export function onParentGone(callback: () => void): void {
  if (!process.connected) return
  process.once('disconnect', callback)
  // The channel must not keep a finished process alive.
  process.channel?.unref()
}
