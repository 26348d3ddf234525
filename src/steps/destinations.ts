import { Sensitive } from '../sensitive.ts'

/** The rendered fields of a step, by name. */
type Rendered = Readonly<Record<string, unknown>>

/** `https://host`, `http://host:port` or `host:port`; or the host of a URL field of the step. */
export type FieldDestination = string | { readonly field: string }

/** Where each field goes, by its name. */
export type DeclaredDestinations = Readonly<
  Record<string, readonly FieldDestination[] | ((input: Rendered) => readonly string[])>
>

/** Where a step sends what it has: for all fields together, or for each. */
export type Destinations = ((input: Rendered) => readonly string[]) | DeclaredDestinations

interface Sender {
  readonly destinations?: Destinations
}

/** Where a step type says that a field goes, for an admin who binds a secret. */
export interface DescribedDestinations {
  /** Hosts that are the same for every step. */
  readonly hosts: readonly string[]
  /** URL fields of the step, whose hosts it goes to. */
  readonly fields: readonly string[]
  /** Whether it depends on what the fields contain in another way. */
  readonly computed: boolean
}

/** The step type's destinations if it declares them field by field. */
export function declaredDestinations(type: Sender): DeclaredDestinations | undefined {
  return typeof type.destinations === 'object' ? type.destinations : undefined
}

/** @returns null when the step type does not declare its destinations field by field, or not those of this field. */
export function describeDestinations(type: Sender, name: string): DescribedDestinations | null {
  const declared = declaredDestinations(type)
  const written = declared && Object.hasOwn(declared, name) ? declared[name] : undefined
  if (written === undefined) return null
  if (typeof written === 'function') return { hosts: [], fields: [], computed: true }
  return {
    hosts: written.filter((it) => typeof it === 'string'),
    fields: written.flatMap((it) => (typeof it === 'string' ? [] : [it.field])),
    computed: false,
  }
}

/**
 * Where the step sends what its fields contain: of one field, or of all of them. A plugin's own error passes through.
 *
 * @param name of the field; absent: of all. Of a field that is not declared it is that of all.
 */
export function destinationsOf(type: Sender, input: Rendered, name?: string): readonly string[] {
  const { destinations } = type
  if (typeof destinations === 'function') return destinations(input)
  if (destinations === undefined) return []
  const names = name !== undefined && Object.hasOwn(destinations, name) ? [name] : Object.keys(destinations)
  return names.flatMap((it) => {
    const written = destinations[it] ?? []
    return typeof written === 'function' ? written(input) : written.flatMap((to) => readOne(to, input))
  })
}

function readOne(to: FieldDestination, input: Rendered): readonly string[] {
  if (typeof to === 'string') return [to]
  const value = input[to.field]
  if (value === undefined) return []
  // What is no URL is no destination that could be read; the caller refuses it.
  return [URL.parse(value instanceof Sensitive ? value.reveal() : String(value))?.origin ?? '']
}
