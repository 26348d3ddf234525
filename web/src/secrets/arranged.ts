import type { SecretSummary } from './secret-summary.ts'

/** How an admin wants to see the secrets. It is part of the address, so that a person can keep and share it. */
export interface Arrangement {
  sort?: string | undefined
  show?: string | undefined
}

type ByWhat = (one: SecretSummary, other: SecretSummary) => number

const changed = ({ updatedAt }: SecretSummary) => updatedAt
// A secret that was never used comes behind all times, or before them.
const used = ({ policy }: SecretSummary) => policy?.lastUsedAt ?? ''

const rising =
  (key: (secret: SecretSummary) => string): ByWhat =>
  (one, other) =>
    key(one) === key(other) ? 0 : key(one) < key(other) ? -1 : 1

/** The orders besides that by name, which the API gives. */
const orders: Readonly<Record<string, { label: string; by: ByWhat }>> = {
  changed: { label: 'Changed last', by: (one, other) => rising(changed)(other, one) },
  unchanged: { label: 'Unchanged for longest', by: rising(changed) },
  used: { label: 'Used last', by: (one, other) => rising(used)(other, one) },
  idle: { label: 'Not used for longest', by: rising(used) },
}

const filters: Readonly<Record<string, { label: string; has: (secret: SecretSummary) => boolean }>> = {
  unused: { label: 'In no automation', has: ({ policy }) => policy?.automations === 0 },
  'never-used': { label: 'Never used', has: ({ policy }) => policy?.lastUsedAt === null },
  'any-host': { label: 'Not bound to a host', has: ({ policy }) => policy?.hosts.length === 0 },
  'no-owner': { label: 'Without an owner', has: ({ policy }) => policy?.owner === null },
}

const choices = (table: Readonly<Record<string, { label: string }>>) =>
  Object.entries(table).map(([value, { label }]) => ({ value, label }))

export const sortChoices = [{ value: '', label: 'By name' }, ...choices(orders)]
export const filterChoices = [{ value: '', label: 'All secrets' }, ...choices(filters)]

/** What an address asks for, without what is not known. */
export function readArrangement({ sort = '', show = '' }: Arrangement): { sort?: string; show?: string } {
  return {
    ...(Object.hasOwn(orders, sort) && { sort }),
    ...(Object.hasOwn(filters, show) && { show }),
  }
}

/** Whether all secrets have to be there before the first can be shown. The API sorts by name, and filters by it. */
export function needsAll(arrangement: Arrangement): boolean {
  const { sort, show } = readArrangement(arrangement)
  return sort !== undefined || show !== undefined
}

/** @param counts how many automations name each secret; undefined as long as that is not known. */
export function arranged(
  secrets: readonly SecretSummary[],
  { sort = '', show = '' }: Arrangement,
  counts: ReadonlyMap<string, number> | undefined,
): SecretSummary[] {
  const counted = secrets.map((secret) => ({
    ...secret,
    policy: secret.policy && { ...secret.policy, automations: counts && (counts.get(secret.name) ?? 0) },
  }))
  const wanted = counted.filter(filters[show]?.has ?? (() => true))
  const order = orders[sort]
  return order ? wanted.sort(order.by) : wanted
}
