import { type FoundPlace, placesInUrl } from '../egress/index.ts'
import { assertPlace } from '../secret/allowed.ts'
import type { Policy } from '../secret/policy.ts'
import type { Field, StepInput, StepType } from '../steps/index.ts'
import { secretsIn } from '../template/index.ts'
import { textsIn } from './destinations.ts'

type Find = (text: string) => string[]

/**
 * Checks where the secrets of a step stand in its fields: those that a field names, and those that are found in what it
 * has become. Egress checks the same in what is sent, where it can be seen.
 *
 * @param raw the fields as they are stored, `input` as they were rendered.
 * @returns names of the secrets that the step may put anywhere in its requests: all, unless its type says what its
 *   fields are used for.
 * @throws AppError DESTINATION_NOT_ALLOWED
 */
export function assertFieldPlaces(
  step: { type: StepType; raw: Readonly<Record<string, unknown>>; input: StepInput },
  find: Find,
  policies: ReadonlyMap<string, readonly Policy[]>,
): ReadonlySet<string> {
  const fields = Object.entries(step.type.fields)
  const places = fields.flatMap(([name, field]) => {
    const [value, written] = [step.input[name], step.raw[name]]
    return value === undefined ? [] : placesOf(`${step.type.type}.${name}`, field, value, written, find)
  })
  for (const [name, place] of places) assertPlace(name, policies.get(name) ?? [], place)
  return new Set(fields.some(([, field]) => field.sends) ? [] : places.map(([name]) => name))
}

function placesOf(own: string, { sends }: Field, value: unknown, written: unknown, find: Find): FoundPlace[] {
  if (sends === 'url') return placesOfUrl(value, written, find)
  if (sends !== 'query' && sends !== 'header') return standing(sends ?? own, value, written, find)
  const sources = Array.isArray(written) ? written : []
  return rowsOf(value).flatMap((row, index) => {
    const name = sends === 'header' ? row.name.toLowerCase() : row.name
    return standing(`${sends}:${name}`, row, sources[index], find)
  })
}

function standing(place: string, value: unknown, written: unknown, find: Find): FoundPlace[] {
  const names = new Set([...secretsIn(written), ...textsIn(value).flatMap(find)])
  return [...names].map((name) => [name, place])
}

/** What a filter has changed beyond recognition is taken for a part of the path. */
function placesOfUrl(value: unknown, written: unknown, find: Find): FoundPlace[] {
  const url = URL.parse(textsIn(value).join(''))
  if (!url) return standing('url', value, written, find)
  const found = placesInUrl(url, find)
  const seen = new Set(found.map(([name]) => name))
  const unseen = standing('url', value, written, find).filter(([name]) => !seen.has(name))
  return [...found, ...unseen]
}

/** The rows of a rendered `pairs` field. */
function rowsOf(value: unknown): { name: string }[] {
  return Array.isArray(value) ? value : []
}
