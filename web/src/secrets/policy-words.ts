import type { Policy } from '../../../src/secret/policy.ts'

/** A place of a policy in words that need no manual: `header:authorization` is the header authorization. */
export function placeInWords(place: string): string {
  const [, kind, name] = /^(header|query):(.+)$/s.exec(place) ?? []
  if (kind !== undefined) return kind === 'header' ? `the header ${name}` : `the query parameter ${name}`
  const [, type, field] = /^([^.]+)\.(.+)$/s.exec(place) ?? []
  if (type !== undefined) return `the field ${field} of ${type}`
  return place === 'url' ? 'the URL' : `the ${place}`
}

/** Where a value may go, in a line: `api.stripe.com, 2 more`. */
export function hostsInWords({ hosts }: Pick<Policy, 'hosts'>): string {
  const [first, ...others] = hosts
  if (first === undefined) return 'Any public host'
  return others.length === 0 ? first : `${first}, ${others.length} more`
}

/** The whole policy in a line: `api.stripe.com; only POST; only in header:authorization`. */
export function policyInWords({ hosts, methods, paths, places }: Policy): string {
  const limits = [methods, paths, places].filter((it) => it.length > 0).map((it) => `only ${it.join(', ')}`)
  return [hosts.length === 0 ? 'any public host' : hosts.join(', '), ...limits].join('; ')
}

/** How many automations name a secret: `In 3 automations`. */
export function usesInWords(automations: number): string {
  if (automations === 0) return 'In no automation'
  return automations === 1 ? 'In 1 automation' : `In ${automations} automations`
}

/** A policy as the API takes it, with every member, also when it allows anything. */
export function policyInput({ hosts, methods, paths, places }: Policy) {
  return { hosts: [...hosts], methods: [...methods], paths: [...paths], places: [...places] }
}
