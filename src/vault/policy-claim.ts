import type { Policy } from '../secret/policy.ts'
import { isObject } from './jose-header.ts'

/** A policy as it stands in the header `pol` of a sealed value: a list that is absent allows anything. */
export type PolicyClaim = { [K in keyof Policy]?: readonly string[] }

const members = ['hosts', 'methods', 'paths', 'places'] as const
// Each host may stand there for https and for http.
const maxEntries = { hosts: 200, methods: 100, paths: 100, places: 100 }
const MAX_ENTRY_LENGTH = 300

export function policyClaim(policy: Policy): PolicyClaim {
  return Object.fromEntries(members.filter((it) => policy[it].length > 0).map((it) => [it, policy[it]]))
}

/**
 * The policy in a header's `pol`; `undefined` when it has not exactly this form. An empty list is refused, for another
 * reader could take it for "nothing is allowed".
 */
export function readPolicyClaim(claim: unknown): Policy | undefined {
  if (!isObject(claim) || !Object.keys(claim).every((it) => members.some((member) => member === it))) {
    return undefined
  }
  const lists = members.map(
    (member) => [member, Object.hasOwn(claim, member) ? claim[member] : undefined] as const,
  )
  if (!lists.every(([member, list]) => list === undefined || isList(list, maxEntries[member])))
    return undefined
  return Object.fromEntries(lists.map(([member, list]) => [member, list ?? []])) as unknown as Policy
}

function isList(value: unknown, most: number): boolean {
  if (!Array.isArray(value) || value.length === 0 || value.length > most) return false
  return value.every((it) => typeof it === 'string' && it.length > 0 && it.length <= MAX_ENTRY_LENGTH)
}
