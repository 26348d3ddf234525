import type { EnvironmentReader } from './environment.ts'

/** What one tenant of an instance may take of it. 0: as much as it likes. */
export interface Limits {
  readonly hookCallsPerMinute: number
  /** Of all hooks of a workspace. */
  readonly workspaceHookCallsPerMinute: number
  /** In a workspace. */
  readonly runStartsPerMinute: number
  /** How many runs of a workspace may wait. */
  readonly queuedRuns: number
  /** About how much a workspace may store, in MiB as it is on disk. */
  readonly storedMib: number
  /** In GraphQL, of one person with all their tokens, or of one address that has not signed in. */
  readonly graphqlCostPerMinute: number
  /** Of how many workspaces a person may be an admin. */
  readonly workspacesPerPerson: number
  /** The least time between two runs of a schedule. */
  readonly scheduleMinSeconds: number
}

/**
 * Where tenants do not know each other, they are limited. Anywhere else nothing is refused that nobody asked for.
 *
 * @param isShared whether anybody may sign up.
 * @param graphqlMaxCost the highest cost of one request, which a minute has room for in any case.
 */
export function readLimits(reader: EnvironmentReader, isShared: boolean, graphqlMaxCost: number): Limits {
  const rate = (name: Parameters<typeof reader.whole>[0], shared: number, what: string) =>
    reader.whole(name, isShared ? shared : 0, 0, 999_999, `${what}, or 0 for any number`)
  return Object.freeze({
    hookCallsPerMinute: rate('LOCKSTEP_HOOK_CALLS_PER_MINUTE', 600, 'calls'),
    workspaceHookCallsPerMinute: rate('LOCKSTEP_WORKSPACE_HOOK_CALLS_PER_MINUTE', 3000, 'calls'),
    runStartsPerMinute: rate('LOCKSTEP_RUN_STARTS_PER_MINUTE', 3000, 'runs'),
    queuedRuns: rate('LOCKSTEP_MAX_QUEUED_RUNS', 10_000, 'runs'),
    storedMib: rate('LOCKSTEP_WORKSPACE_MAX_MIB', 2048, 'MiB'),
    graphqlCostPerMinute: reader.whole(
      'LOCKSTEP_GRAPHQL_COST_PER_MINUTE',
      isShared ? Math.max(20_000_000, graphqlMaxCost) : 0,
      0,
      1_000_000_000,
      'fields, or 0 for any number',
    ),
    workspacesPerPerson: reader.whole('LOCKSTEP_MAX_WORKSPACES', 100, 1, 10_000, 'workspaces'),
    scheduleMinSeconds: reader.whole('LOCKSTEP_SCHEDULE_MIN_SECONDS', 60, 60, 86_400, 'seconds'),
  })
}
