import { parse } from 'tldts'
import { AppError } from '../errors.ts'
import { normalizeHostPattern } from '../host-pattern.ts'
import { inBothSchemes, type Policy, type PolicyDraft, readPolicy } from '../secret/policy.ts'

/** Where a value may go, as a client says it. */
export interface PolicyChoice {
  /** Hosts over every scheme; not together with a policy's own hosts. */
  allowedHosts?: readonly string[] | null | undefined
  policy?: PolicyDraft | null | undefined
}

/**
 * Domains of clouds that give anybody a name somewhere below. The public suffix list has the names further down alone.
 */
const sharedDomains: ReadonlySet<string | null> = new Set([
  'amazonaws.com',
  'amazonaws.com.cn',
  'azure.com',
  'googleusercontent.com',
  'windows.net',
])

/**
 * The policy that was chosen, `undefined` when nothing was said.
 *
 * @throws AppError INVALID_VALUE, LIMIT_REACHED
 */
export function readChoice({ allowedHosts, policy }: PolicyChoice): Policy | undefined {
  if (!allowedHosts && !policy) return undefined
  if (allowedHosts && policy) throw bothGiven('policy')
  return readWhole(policy ?? { hosts: readAllowedHosts(allowedHosts ?? []) })
}

/** The same for a policy that is set as a whole: what is not said allows anything. Throws the same. */
export function readWholePolicy(draft: PolicyDraft & Pick<PolicyChoice, 'allowedHosts'>): Policy {
  const { allowedHosts, ...policy } = draft
  if (!allowedHosts) return readWhole(policy)
  if (policy.hosts) throw bothGiven('hosts')
  return readWhole({ ...policy, hosts: readAllowedHosts(allowedHosts) })
}

/** They have no scheme of their own. */
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
 * Whether a host of a policy is a wildcard below a public suffix (`*.co.uk`, `*.github.io`), where a stranger registers
 * the next name and is sent the value.
 */
export function isShared(host: string): boolean {
  const base = /^(?:http:\/\/)?\*\.([^:]+)/.exec(host)?.[1]
  if (base === undefined) return false
  const { publicSuffix, domain } = parse(base, { allowPrivateDomains: true })
  return publicSuffix === base || sharedDomains.has(domain)
}
