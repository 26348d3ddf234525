import type { Logger } from '../log.ts'
import { DatabaseWatch } from './database-watch.ts'
import type { PauseReason } from './entities/index.ts'
import type { Pause } from './pause.ts'

const words: Readonly<Record<PauseReason, string>> = {
  ASKED:
    'This instance is paused, as an operator asked: runs wait and schedules stand still until `lockstep resume`.',
  RESTORED:
    'This instance is paused, because its database was restored or copied: runs wait and schedules stand still. Make ' +
    'sure that nothing works on the original any more, then `lockstep resume`.',
}

/** A pause in words that say what to do. */
export const describePause = ({ because }: Pause): string => words[because]

/** Watches whether the instance is paused, and tells it in the log. */
export class PauseWatch extends DatabaseWatch {
  readonly #find: () => Promise<Pause | undefined>
  readonly #log: Logger
  #pause: Pause | undefined

  constructor(find: () => Promise<Pause | undefined>, log: Logger) {
    super()
    this.#find = find
    this.#log = log
  }

  /** Why no run begins, in words; undefined when the instance is not paused. */
  problem(): string | undefined {
    return this.#pause && describePause(this.#pause)
  }

  override async look(): Promise<void> {
    const before = this.#pause?.because
    this.#pause = await this.#find()
    if (this.#pause?.because === before) return
    if (this.#pause) this.#log.warn({ since: this.#pause.since }, describePause(this.#pause))
    else this.#log.info('this instance is not paused any more')
  }
}
