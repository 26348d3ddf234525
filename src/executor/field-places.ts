import { type FoundPlace, placesInUrl } from '../egress/index.ts'
import { assertPlace, policiesOf } from '../secret/allowed.ts'
import type { Policy } from '../secret/policy.ts'
import type { Field, RenderedInput, StepType } from '../steps/index.ts'
import { secretsIn } from '../template/index.ts'
import { textsIn } from './destinations.ts'

type Find = (text: string) => string[]

export interface RenderedStep {
  type: StepType
  /** The fields as they are stored. */
  raw: Readonly<Record<string, unknown>>
  input: RenderedInput
  /** What went into each field, by name or in a value. */
  fieldSecrets: ReadonlyMap<string, readonly string[]>
}

/**
 * Checks where the secrets of a step stand in its fields: those that went into a field, and those that are found in what
 * it has become. Egress checks the same in what is sent, where it can be seen.
 *
 * @returns names of the secrets that the step may put anywhere in its requests: all, unless its type says what its
 *   fields are used for.
 * @throws AppError DESTINATION_NOT_ALLOWED
 */
export function assertFieldPlaces(
  step: RenderedStep,
  find: Find,
  policies: ReadonlyMap<string, readonly Policy[]>,
): ReadonlySet<string> {
  // Fields may be megabytes, which are searched only when it matters.
  if (![...policies.values()].flat().some((policy) => policy.places.length > 0)) return new Set()
  const fields = Object.entries(step.type.fields)
  const places = fields.flatMap(([name, field]) => placesInField(step, name, field, find))
  for (const [name, place] of places) assertPlace(name, policiesOf(name, policies), place)
  return new Set(fields.some(([, field]) => field.sends) ? [] : places.map(([name]) => name))
}

function placesInField(step: RenderedStep, name: string, { sends }: Field, find: Find): FoundPlace[] {
  const value = step.input[name]
  if (value === undefined) return []
  const used = step.fieldSecrets.get(name) ?? []
  if (sends === 'url') return placesInUrlField(value, used, find)
  if (sends === 'query' || sends === 'header') return placesInRows(sends, value, step.raw[name], used, find)
  return standing([...used, ...findIn(value, find)], sends ?? `${step.type.type}.${name}`)
}

/** What is not seen in the rows may be in any of them. */
function placesInRows(
  sends: 'query' | 'header',
  value: unknown,
  written: unknown,
  used: readonly string[],
  find: Find,
): FoundPlace[] {
  const sources: unknown[] = Array.isArray(written) ? written : []
  const rows: { name: string }[] = Array.isArray(value) ? value : []
  const seen = rows.map((row, index) => [...secretsIn(sources[index]), ...findIn(row, find)])
  const unseen = used.filter((name) => !seen.flat().includes(name))
  return rows.flatMap((row, index) => {
    const name = sends === 'header' ? row.name.toLowerCase() : row.name
    return standing([...(seen[index] ?? []), ...unseen], `${sends}:${name}`)
  })
}

/** What is not seen in the URL is taken for a part of its path. */
function placesInUrlField(value: unknown, used: readonly string[], find: Find): FoundPlace[] {
  const url = URL.parse(textsIn(value).join(''))
  if (!url) return standing([...used, ...findIn(value, find)], 'url')
  const found = placesInUrl(url, find)
  const unseen = used.filter((name) => !found.some(([it]) => it === name))
  return [...found, ...standing(unseen, 'url')]
}

const findIn = (value: unknown, find: Find): string[] => textsIn(value).flatMap(find)

function standing(names: readonly string[], place: string): FoundPlace[] {
  return [...new Set(names)].map((name) => [name, place])
}
