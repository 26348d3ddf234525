import { AppError } from '../errors.ts'
import { Sensitive } from '../sensitive.ts'
import { filterRules } from './filters.ts'
import { Meter } from './limits.ts'
import { type Argument, type Expression, type FilterCall, isPath, type Path } from './part.ts'
import { ownValue, type Plain, plainCopy, textOf } from './plain-data.ts'
import { holdsExactNumber, Origin, type Provenance, searchable } from './provenance.ts'
import { secretsOfFilter } from './references.ts'
import { shorten } from './shorten.ts'

/** The sources of the values, and what is known about them. */
export interface Scope extends Provenance {
  secrets: ReadonlyMap<string, Sensitive>
  trigger: unknown
  /** By the key of the step, as plain objects; only own properties count. */
  steps: Readonly<Record<string, { output?: unknown; error?: unknown }>>
}

/** A path that does not exist. It is an error unless `default` follows. */
interface Missing {
  missing: Path
}

type Result = { value: Plain } | Missing

/**
 * One rendering. It evaluates the expressions and records the secrets that went into them, by name or inside
 * another value. No search finds the result of a filter on a secret. So each result is learned under the secrets
 * that went into it, before any other code gets it.
 */
export class Evaluation {
  readonly meter = new Meter()
  readonly #scope: Scope
  readonly #secrets = new Set<string>()

  constructor(scope: Scope) {
    this.#scope = scope
  }

  /**
   * Checks that every secret exists before the first value is used, even one that a `default` would replace or
   * that would not be needed. If a secret is deleted, the step must fail and not go on with something else.
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
   * A copy of the value of an expression, so that changes to it never reach the scope.
   *
   * @throws AppError UNKNOWN_VARIABLE | SECRET_NOT_FOUND | INVALID_FIELD
   */
  valueOf(expression: Expression, source: string): Plain {
    const origin = new Origin()
    const value = this.#evaluate(expression, source, origin)
    // `1.5e3` is found neither in the data nor in what is made of them.
    if (origin.owners.size > 0 && holdsExactNumber(value)) this.#learnUnlessFound(textOf(value), origin)
    return value
  }

  /**
   * The value of an expression as it is written into its place. Writing may escape a text so often that no search
   * can undo it. Then the written form is learned as well.
   *
   * @throws AppError as {@link valueOf}, and the errors of `write`.
   */
  textOf(expression: Expression, source: string, write: (value: Plain) => string = textOf): string {
    const origin = new Origin()
    const text = write(this.#evaluate(expression, source, origin))
    if (origin.owners.size > 0 && !origin.holds(text)) this.#learnUnlessFound(text, origin)
    this.meter.charge(text.length)
    return text
  }

  /** Names of the secrets that went in: those that are named, and those that were found in the inserted values. */
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
    return isPath(arg) ? this.#lookUp(arg, origin) : { value: arg }
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

  /**
   * Only text is learned. A filter result that is no text is its input unchanged, and that is found where it is.
   */
  #learn(text: string, origin: Origin): void {
    if (origin.owners.size === 0 || text === '' || origin.holds(text)) return
    this.#scope.learn([...origin.owners], new Sensitive(text))
  }
}

/** A copy of the value at a path of the trigger or of an output; undefined if the path does not exist. */
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
    { at: { secrets: [name] } },
  )
}

function unknownVariable(path: Path, source: string): AppError {
  const written = shorten(source.slice(path.start, path.end))
  return new AppError(
    'UNKNOWN_VARIABLE',
    `${written} leads to nothing. Check how it is written, or add | default: "…" if it may be absent.`,
  )
}
