/** Settings for load that is measured: with open sign-up an instance limits each workspace. */
export const WITHOUT_LIMITS = {
  LOCKSTEP_HOOK_CALLS_PER_MINUTE: '0',
  LOCKSTEP_WORKSPACE_HOOK_CALLS_PER_MINUTE: '0',
  LOCKSTEP_RUN_STARTS_PER_MINUTE: '0',
  LOCKSTEP_MAX_QUEUED_RUNS: '0',
  LOCKSTEP_WORKSPACE_MAX_MIB: '0',
  LOCKSTEP_GRAPHQL_COST_PER_MINUTE: '0',
}
