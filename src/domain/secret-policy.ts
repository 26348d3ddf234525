import { parse } from 'tldts'
import { AppError } from '../errors.ts'
import { normalizeHostPattern } from '../host-pattern.ts'
import { inBothSchemes, type Policy, type PolicyDraft, readPolicy } from '../secret/policy.ts'

/** The policy for a value, as a client writes it. */
export interface PolicyChoice {
  /** Hosts for every scheme; not together with a policy's own hosts. */
  allowedHosts?: readonly string[] | null | undefined
  policy?: PolicyDraft | null | undefined
}

/** Domains of clouds below which anybody can get a name. The public suffix list has only names further down. */
const sharedDomains: ReadonlySet<string | null> = new Set([
  'amazonaws.com',
  'amazonaws.com.cn',
  'azure.com',
  'googleusercontent.com',
  'windows.net',
])

/**
 * The chosen policy; `undefined` when the client chose none.
 *
 * @throws AppError INVALID_VALUE, LIMIT_REACHED
 */
export function readChoice({ allowedHosts, policy }: PolicyChoice): Policy | undefined {
  if (!allowedHosts && !policy) return undefined
  if (allowedHosts && policy) throw bothGiven('policy')
  return readWhole(policy ?? { hosts: readAllowedHosts(allowedHosts ?? []) })
}

/** The same for a policy that is set as a whole: an absent member allows everything. It throws the same errors. */
export function readWholePolicy(draft: PolicyDraft & Pick<PolicyChoice, 'allowedHosts'>): Policy {
  const { allowedHosts, ...policy } = draft
  if (!allowedHosts) return readWhole(policy)
  if (policy.hosts) throw bothGiven('hosts')
  return readWhole({ ...policy, hosts: readAllowedHosts(allowedHosts) })
}

/** These hosts have no scheme. */
function readAllowedHosts(hosts: readonly string[]): string[] {
  return inBothSchemes(hosts.map((host) => normalizeHostPattern(host)))
}

function readWhole(draft: PolicyDraft): Policy {
  const policy = readPolicy(draft)
  const shared = policy.hosts.find(isShared)
  if (shared === undefined) return policy
  throw new AppError(
    'INVALID_VALUE',
    `Anybody can have a name that ${shared} covers. Name the hosts below it that are yours.`,
  )
}

function bothGiven(name: string): AppError {
  return new AppError('INVALID_VALUE', `Give either allowedHosts or ${name}, not both.`)
}

/**
 * Whether a policy's host is a wildcard below a public suffix (`*.co.uk`, `*.github.io`). There a stranger could
 * register a name and receive the value.
 */
export function isShared(host: string): boolean {
  const base = /^(?:http:\/\/)?\*\.([^:]+)/.exec(host)?.[1]
  if (base === undefined) return false
  const { publicSuffix, domain } = parse(base, { allowPrivateDomains: true })
  return publicSuffix === base || sharedDomains.has(domain)
}
