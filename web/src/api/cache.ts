import type { Cache, CacheExchangeOpts } from '@urql/exchange-graphcache'
import { possibleTypes } from '../gql/possible-types.ts'

const embedded = () => null

/** How the cache knows things apart, and what a change makes stale. */
export const cacheOptions: CacheExchangeOpts = {
  possibleTypes,
  keys: {
    // These are values: they have no id, and belong to what they stand in.
    KeySuccession: embedded,
    HookSignature: embedded,
    KeyHealth: embedded,
    SignUp: embedded,
    Condition: embedded,
    Jwk: embedded,
    Step: embedded,
    StepRetry: embedded,
    AutomationDraft: embedded,
    AutomationConnection: embedded,
    AutomationEdge: embedded,
    SecretConnection: embedded,
    SecretEdge: embedded,
    SecretPolicyConnection: embedded,
    SecretPolicyEdge: embedded,
    SecretUsageConnection: embedded,
    SecretUsageEdge: embedded,
    RunConnection: embedded,
    RunEdge: embedded,
    AuditEventConnection: embedded,
    AuditEventEdge: embedded,
    MemberConnection: embedded,
    MemberEdge: embedded,
    InvitationConnection: embedded,
    InvitationEdge: embedded,
    ApiTokenConnection: embedded,
    ApiTokenEdge: embedded,
    PageInfo: embedded,
    AutomationContent: embedded,
    AutomationVersion: embedded,
    WrittenSchedule: embedded,
    PlannedStep: embedded,
    StepError: embedded,
    StepField: embedded,
    StepLog: embedded,
    StepLogLine: embedded,
    StepProgress: embedded,
    Variable: embedded,
    VariableGroup: embedded,
  },
  updates: {
    Mutation: {
      createWorkspace: stale('viewer'),
      acceptInvitation: stale('viewer'),
      leaveWorkspace: stale('viewer', 'workspace'),
      createSecret: stale('secretsConnection', 'secretPolicy', 'secretPoliciesConnection', 'automation'),
      updateSecret: stale('secretsConnection', 'secretPolicy', 'secretPoliciesConnection'),
      deleteSecret: stale('secretsConnection', 'secretPolicy', 'secretPoliciesConnection', 'automation'),
      setSecretPolicy: stale('secretPolicy', 'secretPoliciesConnection'),
      createAutomation: stale('automationsConnection', 'secretUsagesConnection'),
      updateAutomation: stale('secretUsagesConnection'),
      saveAutomationDraft: stale('automationsConnection'),
      restoreAutomationVersion: stale('secretUsagesConnection'),
      deleteAutomation: stale('automationsConnection', 'automation', 'secretUsagesConnection'),
      runAutomation: stale('runsConnection', 'automationsConnection'),
      cancelRun: stale('runsConnection'),
      inviteMember: stale('workspace'),
      revokeInvitation: stale('workspace'),
      setMemberRole: stale('workspace'),
      removeMember: stale('workspace', 'automation', 'automationsConnection'),
      createApiToken: stale('workspace'),
      revokeApiToken: stale('workspace'),
    },
  },
}

/** Makes the cache load these fields of the query again after a change. */
function stale(...fields: string[]) {
  return (_result: unknown, _variables: unknown, cache: Cache) => {
    for (const { fieldName, fieldKey } of cache.inspectFields('Query')) {
      if (fields.includes(fieldName)) cache.invalidate('Query', fieldKey)
    }
  }
}
