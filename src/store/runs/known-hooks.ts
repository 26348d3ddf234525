import type { StartableAutomation } from './read-automation.ts'

interface Entry {
  automation: StartableAutomation
  until: number
}

// How long (milliseconds), and how many at most. A worker uses the key of a workspace for as long without asking.
const KEPT_FOR = 5000
const KEPT = 200

/**
 * The automations of hooks as they were read a moment ago. A run is written only while its automation is as it was read,
 * and a replaced key still opens, so nothing has to tell of a change. A token of no hook is not kept: guessing fills no
 * memory.
 */
export class KnownHooks {
  readonly #entries = new Map<string, Entry>()

  get(token: string): StartableAutomation | undefined {
    const entry = this.#entries.get(token)
    if (entry && entry.until > performance.now()) return entry.automation
    this.#entries.delete(token)
    return undefined
  }

  set(token: string, automation: StartableAutomation | undefined): void {
    // Deleted first, so that the oldest stays the first.
    this.#entries.delete(token)
    if (!automation) return
    const oldest = this.#entries.size >= KEPT ? this.#entries.keys().next().value : undefined
    if (oldest !== undefined) this.#entries.delete(oldest)
    this.#entries.set(token, { automation, until: performance.now() + KEPT_FOR })
  }
}
