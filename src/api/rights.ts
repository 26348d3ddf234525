import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { databaseTime } from '../database-time.ts'
import { isNodeAway } from '../database-words.ts'
import { type Domain, type Role, type Scope, scopesOf } from '../domain/index.ts'
import type { RightsSignals } from '../store/rights-signals.ts'
import type { Caller } from './caller.ts'

/** The credentials of a request, which of them counts, and who they are of. */
export interface Credentials {
  /** An API token, or the whole Cookie header. */
  secret: string
  /** Asks the database. */
  identify(): Promise<Identity>
}

export interface Identity {
  caller: Caller
  /** When the session or the token ends. */
  expiresAt?: Date
}

/** Who is calling and what role they have, each asked of the database once in {@link LIFETIME}. */
export interface Rights {
  /** @param fresh whether the database is to be asked now: before anything is changed. */
  identify(credentials: Credentials | undefined, fresh: boolean): Promise<Caller>
  /** The caller's role in a workspace; `undefined` alike for one that is foreign and one that does not exist. */
  roleIn(caller: Caller, workspace: string, fresh: boolean): Promise<Role | undefined>
  /** Whether the caller has a scope there. At once, where it is known: it is asked for each row of a list. */
  may(caller: Caller, workspace: string, scope: Scope, fresh: boolean): boolean | Promise<boolean>
}

// The longest that somebody whose rights were taken away keeps them (milliseconds). Mostly it is a moment: each
// change is announced, and this is for an announcement that is lost.
const LIFETIME = 5000
// Each may be a person or a token that is at work at this moment.
const MAX_ENTRIES = 20_000

export function createRights(domain: Domain, signals: RightsSignals): Rights {
  const callers = new Remembered<Caller>()
  const roles = new Remembered<ReadonlyMap<string, Role>>()
  signals.onChange((holder) => {
    callers.forget(holder)
    roles.forget(holder)
  })
  const roleIn = async (caller: Caller, workspace: string, fresh: boolean) => {
    if (caller.kind === 'anonymous') return undefined
    if (caller.kind === 'token') return caller.workspace === workspace ? caller.role : undefined
    const { id } = caller
    const read = async () => ({ value: await domain.workspaces.rolesOf(id), holders: [id] })
    try {
      return (await roles.get(id, fresh, read)).get(workspace)
    } catch (error) {
      if (!isNodeAway(error)) throw error
      return domain.workspaces.roleIn(id, workspace)
    }
  }
  return {
    async identify(credentials, fresh) {
      if (!credentials) return { kind: 'anonymous' }
      // A dump of the memory shows no credential of anybody who is not at work right now.
      const key = hash('sha256', credentials.secret, 'base64')
      return callers.get(key, fresh, async () => {
        const { caller, expiresAt } = await credentials.identify()
        return { value: caller, holders: holdersOf(caller), expiresAt }
      })
    },
    roleIn,
    may(caller, workspace, scope, fresh) {
      if (caller.kind === 'token') return caller.workspace === workspace && caller.scopes.has(scope)
      const known = fresh ? undefined : roles.known(caller.kind === 'user' ? caller.id : '')
      if (known) return scopesOf(known.get(workspace)).has(scope)
      return roleIn(caller, workspace, fresh).then((role) => scopesOf(role).has(scope))
    },
  }
}

/** Whose rights count: with the owner's, those of their tokens change too. */
function holdersOf(caller: Caller): readonly string[] {
  if (caller.kind === 'anonymous') return []
  return caller.kind === 'token' && caller.owner !== null ? [caller.id, caller.owner] : [caller.id]
}

interface Known<T> {
  value: T
  /** Whose it is. Nobody's is not remembered: whoever guesses would fill the memory. */
  holders: readonly string[]
  expiresAt?: Date | undefined
}

interface Entry<T> {
  known: Promise<Known<T>>
  /** Undefined while it is asked for. */
  found?: Known<T>
}

/** What was read, for {@link LIFETIME} from the moment when it was asked for. */
class Remembered<T> {
  readonly #entries = new LRUCache<string, Entry<T>>({ max: MAX_ENTRIES, ttl: LIFETIME })

  async get(key: string, fresh: boolean, read: () => Promise<Known<T>>): Promise<T> {
    const kept = fresh ? undefined : this.#entries.get(key)
    const entry = kept ?? this.#ask(key, read)
    return (await entry.known).value
  }

  /** What is remembered at this moment. */
  known(key: string): T | undefined {
    return this.#entries.get(key)?.found?.value
  }

  #ask(key: string, read: () => Promise<Known<T>>): Entry<T> {
    const start = performance.now()
    const entry: Entry<T> = { known: read() }
    this.#entries.set(key, entry, { start })
    void entry.known.then(
      (found) => {
        const { holders, expiresAt } = found
        if (this.#entries.peek(key) !== entry) return
        const left = expiresAt ? expiresAt.getTime() - databaseTime().getTime() : LIFETIME
        if (holders.length === 0 || left <= 0) return void this.#entries.delete(key)
        entry.found = found
        this.#entries.set(key, entry, { start, ttl: Math.min(left, LIFETIME) })
      },
      () => {
        if (this.#entries.peek(key) === entry) this.#entries.delete(key)
      },
    )
    return entry
  }

  /** What is being read at this moment may be of before the change, and may be this holder's. */
  forget(holder: string): void {
    for (const [key, entry] of this.#entries.entries()) {
      if (entry.found?.holders.includes(holder) ?? true) this.#entries.delete(key)
    }
  }
}
