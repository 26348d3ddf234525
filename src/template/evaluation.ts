import { AppError } from '../errors.ts'
import { Sensitive } from '../sensitive.ts'
import { filterRules } from './filters.ts'
import { Meter } from './limits.ts'
import type { Argument, Expression, FilterCall, Path } from './part.ts'
import { ownValue, type Plain, plainCopy, textOf } from './plain-data.ts'
import { secretsOfFilter } from './references.ts'
import { shorten } from './shorten.ts'

/** Where the values come from. */
export interface Scope {
  secrets: ReadonlyMap<string, Sensitive>
  trigger: unknown
  /** By the key of the step, as plain objects; only own properties count. */
  steps: Readonly<Record<string, { output: unknown }>>
}

/** A text that a filter made in an expression that names these secrets: as sensitive as they are. */
export interface Derived {
  secrets: readonly string[]
  value: Sensitive
}

/** A path that led nowhere; an error, unless `default` follows. */
interface Missing {
  missing: Path
}

type Result = { value: Plain } | Missing

/** One rendering: evaluates its expressions, and keeps account of the secrets that went into them. */
export class Evaluation {
  readonly meter = new Meter()
  readonly #scope: Scope
  readonly #secrets = new Set<string>()
  readonly #derived = new Map<string, Set<string>>()

  constructor(scope: Scope) {
    this.#scope = scope
  }

  /**
   * Checks that every secret exists before the first value is used, also one that a `default` would replace
   * or would not need: who deletes a secret must see the step fail, not go on with something else.
   *
   * @throws AppError SECRET_NOT_FOUND
   */
  claim(secrets: Iterable<string>): void {
    for (const name of secrets) {
      if (!this.#scope.secrets.has(name)) throw secretNotFound(name)
      this.#secrets.add(name)
    }
  }

  /**
   * The value of an expression, copied, so that what is done to it never reaches the scope.
   *
   * @throws AppError UNKNOWN_VARIABLE | SECRET_NOT_FOUND | INVALID_FIELD
   */
  valueOf(expression: Expression, source: string): Plain {
    const named = new Set<string>()
    let result = this.#lookUp(expression.path, named)
    for (const filter of expression.filters) {
      result = this.#apply(filter, result, named)
      if ('value' in result) this.#learn(result.value, named)
    }
    if ('missing' in result) throw unknownVariable(result.missing, source)
    return result.value
  }

  get secrets(): readonly string[] {
    return [...this.#secrets]
  }

  get derived(): readonly Derived[] {
    return Array.from(this.#derived, ([text, secrets]) => ({
      secrets: [...secrets],
      value: new Sensitive(text),
    }))
  }

  #apply(filter: FilterCall, input: Result, named: Set<string>): Result {
    const rule = filterRules.get(filter.name)
    if (rule === undefined) throw new AppError('INTERNAL', `The filter ${filter.name} has no rule.`)
    for (const name of secretsOfFilter(filter)) named.add(name)
    let value = 'value' in input ? input.value : null
    if (filter.name === 'default') {
      if (value !== null) return input
    } else if ('missing' in input) return input
    const args: Plain[] = []
    for (const arg of filter.args) {
      const result = this.#argument(arg, named)
      if ('missing' in result) return result
      args.push(result.value)
    }
    value = rule.run(value, args, (text) => this.#learn(text, named))
    this.meter.charge(textOf(value).length)
    return { value }
  }

  #argument(arg: Argument, named: Set<string>): Result {
    return typeof arg === 'object' ? this.#lookUp(arg, named) : { value: arg }
  }

  #lookUp(path: Path, named: Set<string>): Result {
    if (path.root === 'secrets') return { value: this.#reveal(String(path.keys[0]), named) }
    let found: unknown = this.#scope[path.root]
    for (const key of path.keys) found = ownValue(found, key)
    const value = plainCopy(found, this.meter)
    return value === undefined ? { missing: path } : { value }
  }

  #reveal(name: string, named: Set<string>): string {
    const secret = this.#scope.secrets.get(name)
    if (secret === undefined) throw secretNotFound(name)
    named.add(name)
    const value = secret.reveal()
    this.meter.charge(value.length)
    return value
  }

  /**
   * Only text: secrets are text and filters make text of them, so a number or an object never has one in it, and
   * to learn `true` would shred every output. The secrets themselves are known to whoever made the scope.
   */
  #learn(value: Plain, named: ReadonlySet<string>): void {
    if (named.size === 0 || typeof value !== 'string' || value === '') return
    for (const name of named) if (this.#scope.secrets.get(name)?.reveal() === value) return
    const secrets = this.#derived.get(value) ?? new Set()
    for (const name of named) secrets.add(name)
    this.#derived.set(value, secrets)
  }
}

function secretNotFound(name: string): AppError {
  return new AppError(
    'SECRET_NOT_FOUND',
    `The secret ${shorten(name)} does not exist in this workspace. Add it under Settings → Secrets, or take the reference out.`,
  )
}

function unknownVariable(path: Path, source: string): AppError {
  const written = shorten(source.slice(path.start, path.end))
  return new AppError(
    'UNKNOWN_VARIABLE',
    `${written} leads to nothing. Check how it is written, or add | default: "…" if it may be absent.`,
  )
}
