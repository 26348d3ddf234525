import { AppError } from '../errors.ts'
import { parseJson } from '../exact-json.ts'
import { referencesIn } from '../template/index.ts'
import type { StepType } from './define-step.ts'
import type { Registry } from './registry.ts'
import { quoted } from './within.ts'

/** A step as it is stored. One without a version was saved with the first version of its type. */
export interface VersionedStep {
  readonly key: string
  readonly type: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly version?: number
}

export const versionOf = ({ version = 1 }: { readonly version?: number | undefined }): number => version

/** Whether the fields of the step are those of the step type as it is installed. */
export const isCurrent = (type: StepType, step: VersionedStep): boolean => versionOf(type) === versionOf(step)

/**
 * The step with the fields of the installed version of its type.
 *
 * @throws AppError UNKNOWN_STEP_TYPE for a step of a newer version than the installed one; INVALID_FIELD when the migration
 *   fails; SECRET_NOT_ALLOWED when it puts a secret where the definition does not say that it goes.
 */
export async function upToDate<S extends VersionedStep>(type: StepType, step: S): Promise<S> {
  if (isCurrent(type, step)) return step
  const from = versionOf(step)
  const version = versionOf(type)
  const at = { step: step.key }
  if (from > version) {
    const advice = 'Install a newer version of its plugin.'
    const what = `Step ${quoted(step.key)} was saved with version ${from} of the step type ${quoted(type.type)}`
    throw new AppError('UNKNOWN_STEP_TYPE', `${what}, and version ${version} is installed. ${advice}`, { at })
  }
  const fields = await migrated(type, step, from)
  assertMoves(type, step, fields)
  return { ...step, fields, version }
}

/**
 * All steps of an automation brought up to date. One for which that fails stays as it is: {@link upToDate} says why when it is
 * saved or run.
 */
export function migrateSteps<S extends VersionedStep>(
  registry: Pick<Registry, 'list'>,
  steps: readonly S[],
): Promise<S[]> {
  return Promise.all(
    steps.map(async (step) => {
      const found = registry.list().find((it) => it.type === step.type)
      if (!found) return step
      return upToDate(found, step).catch((error: unknown) => {
        if (error instanceof AppError) return step
        throw error
      })
    }),
  )
}

async function migrated(type: StepType, { key, fields }: VersionedStep, from: number) {
  try {
    // A copy: what is stored stays as it is whatever the migration does.
    const copy = parseJson(JSON.stringify(fields)) as Record<string, unknown>
    const made = type.elsewhere ? await type.elsewhere.migrate(copy, from) : type.migrate?.(copy, from)
    const plain: unknown = parseJson(JSON.stringify(made ?? null))
    if (typeof plain === 'object' && plain !== null && !Array.isArray(plain))
      return plain as Record<string, unknown>
  } catch (error) {
    if (error instanceof AppError && error.code === 'STEP_FAILED') throw error
    // The error of a migration may quote what a person has written.
  }
  const what = `Step ${quoted(key)}: the step type ${quoted(type.type)} could not bring its fields from version ${from}`
  throw new AppError('INVALID_FIELD', `${what} to ${versionOf(type)}. Fill it in anew.`, {
    at: { step: key },
  })
}

/**
 * Stops a new version of a step type from sending a secret elsewhere unseen: a secret, or the output of an earlier step, comes
 * into a field that takes secrets only if it was there before, or in a field that `moves` names for it.
 */
function assertMoves(type: StepType, { key, fields: before }: VersionedStep, after: object): void {
  const earlier = new Map(Object.entries(before).map(([name, value]) => [name, sourcesOf(value)]))
  for (const [name, value] of Object.entries(after)) {
    if (type.fields[name]?.secrets !== true) continue
    const known = new Set([
      ...(earlier.get(name) ?? []),
      ...movedTo(type, name).flatMap((it) => earlier.get(it) ?? []),
    ])
    const added = sourcesOf(value).find((it) => !known.has(it))
    if (added === undefined) continue
    const what = `The new version of the step type ${quoted(type.type)} puts ${added} into the field ${quoted(name)}`
    const why = 'in which it was not, and "moves" of its definition does not say so'
    throw new AppError('SECRET_NOT_ALLOWED', `Step ${quoted(key)}: ${what}, ${why}. Fill it in anew.`, {
      at: { step: key, field: name },
    })
  }
}

/** Fields of earlier versions whose content the definition moves to this one. */
const movedTo = ({ moves = {} }: StepType, name: string): string[] =>
  Object.entries(moves).flatMap(([from, to]) => ([to].flat().includes(name) ? [from] : []))

/** What the templates in the content of a field take from elsewhere, as people write it. */
function sourcesOf(value: unknown): string[] {
  try {
    const paths = referencesIn(value).filter(({ root }) => root === 'secrets' || root === 'steps')
    return paths.map(({ root, keys }) => `${root}.${String(keys[0])}`)
  } catch {
    // Source code, or what was never a template: nothing is rendered of it, and it names nothing.
    return []
  }
}
