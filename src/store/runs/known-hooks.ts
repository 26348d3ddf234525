import type { StartableAutomation } from './read-automation.ts'

/** The automation of a hook as it was read, and until when that counts by `performance.now()`. */
export interface KnownHook {
  automation: StartableAutomation
  until: number
}

// How long (milliseconds), and how many at most. A worker uses the key of a workspace for as long without asking.
const KEPT_FOR = 5000
const KEPT = 200

/**
 * The automations of hooks as they were read a moment ago. A run is written only while its automation is as it was read,
 * a replaced key still opens, and a URL that was replaced may work for these seconds: nothing has to tell of a change. A token of no hook is not kept: guessing fills no
 * memory.
 */
export class KnownHooks {
  readonly #entries = new Map<string, KnownHook>()

  get(token: string): KnownHook | undefined {
    const entry = this.#entries.get(token)
    if (entry && entry.until > performance.now()) return entry
    this.#entries.delete(token)
    return undefined
  }

  /** @param askedAt when it was asked for, by `performance.now()`. */
  set(token: string, automation: StartableAutomation | undefined, askedAt: number): KnownHook | undefined {
    // Deleted first, so that the oldest stays the first.
    this.#entries.delete(token)
    if (!automation) return undefined
    const oldest = this.#entries.size >= KEPT ? this.#entries.keys().next().value : undefined
    if (oldest !== undefined) this.#entries.delete(oldest)
    const entry = { automation, until: askedAt + KEPT_FOR }
    this.#entries.set(token, entry)
    return entry
  }
}
