import { AppError } from '../errors.ts'
import { Sensitive } from '../sensitive.ts'
import { filterRules } from './filters.ts'
import { Meter } from './limits.ts'
import type { Argument, Expression, FilterCall, Path } from './part.ts'
import { ownValue, type Plain, plainCopy, textOf } from './plain-data.ts'
import { Origin, type Provenance, searchable } from './provenance.ts'
import { secretsOfFilter } from './references.ts'
import { shorten } from './shorten.ts'

/** Where the values come from, and what is known of them. */
export interface Scope extends Provenance {
  secrets: ReadonlyMap<string, Sensitive>
  trigger: unknown
  /** By the key of the step, as plain objects; only own properties count. */
  steps: Readonly<Record<string, { output: unknown }>>
}

/** A path that led nowhere; an error, unless `default` follows. */
interface Missing {
  missing: Path
}

type Result = { value: Plain } | Missing

/**
 * One rendering: evaluates its expressions, and keeps account of the secrets that went into them, by name or in a
 * value that holds one. What a filter makes of a secret looks like nothing that a search could find, so each result
 * is learned under the secrets that went in, before anybody has it.
 */
export class Evaluation {
  readonly meter = new Meter()
  readonly #scope: Scope
  readonly #secrets = new Set<string>()

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
    return this.#evaluate(expression, source, new Origin())
  }

  /**
   * The value of an expression as it is written where it stands. Writing may escape what is escaped already, until no
   * search undoes it any more; then what is written is learned as well.
   *
   * @throws AppError as {@link valueOf}, and what `write` throws.
   */
  textOf(expression: Expression, source: string, write: (value: Plain) => string = textOf): string {
    const origin = new Origin()
    const text = write(this.#evaluate(expression, source, origin))
    if (origin.owners.size > 0 && !origin.holds(text)) this.#learnUnlessFound(text, origin)
    this.meter.charge(text.length)
    return text
  }

  /** Names of the secrets that went in: those that are named, and those that were found in what was put in. */
  get secrets(): readonly string[] {
    return [...this.#secrets]
  }

  #evaluate({ path, filters }: Expression, source: string, origin: Origin): Plain {
    let result = this.#lookUp(path, origin)
    for (const filter of filters) {
      result = this.#apply(filter, result, origin)
      if ('value' in result && typeof result.value === 'string') this.#learn(result.value, origin)
    }
    if ('missing' in result) throw unknownVariable(result.missing, source)
    for (const name of origin.owners) this.#secrets.add(name)
    return result.value
  }

  #apply(filter: FilterCall, input: Result, origin: Origin): Result {
    const rule = filterRules.get(filter.name)
    if (rule === undefined) throw new AppError('INTERNAL', `The filter ${filter.name} has no rule.`)
    for (const name of secretsOfFilter(filter)) origin.owners.add(name)
    let value = 'value' in input ? input.value : null
    if (filter.name === 'default') {
      if (value !== null) return input
    } else if ('missing' in input) return input
    const args: Plain[] = []
    for (const arg of filter.args) {
      const result = this.#argument(arg, origin)
      if ('missing' in result) return result
      args.push(result.value)
    }
    value = rule.run(value, args, (text) => this.#learn(text, origin))
    this.meter.charge(textOf(value).length)
    return { value }
  }

  #argument(arg: Argument, origin: Origin): Result {
    return typeof arg === 'object' ? this.#lookUp(arg, origin) : { value: arg }
  }

  #lookUp(path: Path, origin: Origin): Result {
    if (path.root === 'secrets') return { value: this.#reveal(String(path.keys[0]), origin) }
    const value = valueAt(path, this.#scope, this.meter)
    if (value === undefined) return { missing: path }
    for (const text of searchable(value)) origin.addText(text, this.#scope.find(text))
    return { value }
  }

  #reveal(name: string, origin: Origin): string {
    const secret = this.#scope.secrets.get(name)
    if (secret === undefined) throw secretNotFound(name)
    const value = secret.reveal()
    origin.addSecret(name, value)
    this.meter.charge(value.length)
    return value
  }

  #learnUnlessFound(text: string, origin: Origin): void {
    const { found } = origin
    if (found.length === 0) return
    const findable = this.#scope.find(text)
    if (!found.every((name) => findable.includes(name))) this.#learn(text, origin)
  }

  /** Text alone: a filter makes nothing else but what it was given, and that is found where it stands. */
  #learn(text: string, origin: Origin): void {
    if (origin.owners.size === 0 || text === '' || origin.holds(text)) return
    this.#scope.learn([...origin.owners], new Sensitive(text))
  }
}

/** What stands at a path of the trigger or of an output, copied; undefined where it leads nowhere. */
export function valueAt(
  path: Path,
  { trigger, steps }: Pick<Scope, 'trigger' | 'steps'>,
  meter: Meter,
): Plain | undefined {
  let found: unknown = path.root === 'steps' ? steps : trigger
  for (const key of path.keys) found = ownValue(found, key)
  return plainCopy(found, meter)
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
