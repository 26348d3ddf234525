import { AppError } from '../errors.ts'
import { hostCovers, isHttpHost, readHost, readMethod, readPath, readPlace } from './entries.ts'

/** Where a value may go. An empty list allows everything. */
export interface Policy {
  /** `api.example.com`, `*.example.com`, optionally `:port`. Only `http://` before it allows plain HTTP. */
  readonly hosts: readonly string[]
  /** HTTP methods in upper case. */
  readonly methods: readonly string[]
  /** Prefixes of the path of a URL: `/v1/` covers `/v1/charges`, but not `/v1x`. */
  readonly paths: readonly string[]
  /** `header:NAME`, `query:NAME`, `body`, `url`, or `STEP_TYPE.FIELD`. */
  readonly places: readonly string[]
}

/** A policy as a person writes it. An absent member allows everything. */
export type PolicyDraft = { readonly [K in keyof Policy]?: readonly string[] | null | undefined }

export const members = ['hosts', 'methods', 'paths', 'places'] as const

/** The policy of a value that may go to any public host. A person has to choose it explicitly. */
export const anywhere: Policy = { hosts: [], methods: [], paths: [], places: [] }

const MAX_ENTRIES = 100
const readers = { hosts: readHost, methods: readMethod, paths: readPath, places: readPlace }

/**
 * A normalised policy: each entry once, in the order in which they were written.
 *
 * @throws AppError INVALID_VALUE that says which entry is wrong and what is allowed, LIMIT_REACHED for more than
 * 100 entries of one kind. A host counts once, whether it is there for https, for http or for both.
 */
export function readPolicy(draft: PolicyDraft): Policy {
  const [hosts, methods, paths, places] = members.map((member) => readMember(member, draft[member] ?? []))
  return { hosts, methods, paths, places } as Policy
}

function readMember(member: keyof Policy, written: readonly string[]): string[] {
  if (!Array.isArray(written)) throw new AppError('INVALID_VALUE', `The ${member} must be a list of texts.`)
  // Twice as many may be written, for both schemes. Longer lists are not even read.
  if (written.length > MAX_ENTRIES * 2) throw tooMany(member)
  const entries = [...new Set(written.map((entry, index) => readEntry(member, entry, index)))]
  const counted = member === 'hosts' ? new Set(entries.map(withoutScheme)) : new Set(entries)
  if (counted.size > MAX_ENTRIES) throw tooMany(member)
  return entries
}

function readEntry(member: keyof Policy, entry: unknown, index: number): string {
  const read = typeof entry === 'string' ? readers[member](entry) : { fault: 'must be text.' }
  if ('entry' in read) return read.entry
  // The entry itself is not shown, because it may be a value in the wrong field.
  throw new AppError('INVALID_VALUE', `Entry ${index + 1} of ${member} ${read.fault}`)
}

function tooMany(member: string): AppError {
  return new AppError('LIMIT_REACHED', `A secret can be bound to at most ${MAX_ENTRIES} ${member}.`, {
    limit: member,
  })
}

/** Hosts without a scheme, as in `allowedHosts`: for https, http and every other protocol. */
export function inBothSchemes(hosts: readonly string[]): string[] {
  return hosts.flatMap((host) => [host, `http://${host}`])
}

/** The hosts of a policy without their schemes, each once. */
export function allowedHosts(policy: Policy): string[] {
  return [...new Set(policy.hosts.map(withoutScheme))]
}

function withoutScheme(host: string): string {
  return isHttpHost(host) ? host.slice('http://'.length) : host
}

/** Whether two policies allow the same, in any order of their entries. Both are normalised. */
export function isSamePolicy(one: Policy, other: Policy): boolean {
  return members.every((member) => {
    const entries = new Set(other[member])
    return entries.size === one[member].length && one[member].every((it) => entries.has(it))
  })
}

/** Whether `than` allows everything that `policy` allows. Both are normalised. */
export function isNoWider(policy: Policy, than: Policy): boolean {
  return widening(policy, than).length === 0
}

/** What `policy` allows but `than` does not, in words: `any method`, `the host a.example.com`. */
export function widening(policy: Policy, than: Policy): string[] {
  return members.flatMap((member) => {
    if (than[member].length === 0) return []
    const noun = member.slice(0, -1)
    if (policy[member].length === 0) return [`any ${noun}`]
    const more = policy[member].filter((entry) => !than[member].some((it) => covers[member](it, entry)))
    return more.map((entry) => `the ${noun} ${entry}`)
  })
}

const isEqual = (wide: string, narrow: string): boolean => wide === narrow

const covers: Readonly<Record<keyof Policy, (wide: string, narrow: string) => boolean>> = {
  hosts: hostCovers,
  methods: isEqual,
  paths: (wide, narrow) => narrow.startsWith(wide),
  places: placeCovers,
}

function placeCovers(wide: string, narrow: string): boolean {
  return wide === narrow || (wide === 'url' && narrow.startsWith('query:'))
}

/** Whether the value may stand in a place, written as in {@link Policy.places}. */
export function allowsPlace(policy: Policy, place: string): boolean {
  return policy.places.length === 0 || policy.places.some((it) => placeCovers(it, place))
}
