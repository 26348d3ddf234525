/** The operations that tests send. */

const refusal = '... on Error { code message }'

export const createWorkspace = `mutation ($input: CreateWorkspaceInput!) {
  createWorkspace(input: $input) { __typename ... on CreateWorkspaceSuccess { workspace { id name viewerRole } } ${refusal} }
}`
export const renameWorkspace = `mutation ($input: RenameWorkspaceInput!) {
  renameWorkspace(input: $input) { __typename ... on RenameWorkspaceSuccess { workspace { id name } } ${refusal} }
}`
export const leaveWorkspace = `mutation ($workspace: ID!) {
  leaveWorkspace(workspace: $workspace) { __typename ... on LeaveWorkspaceSuccess { member { email } } ${refusal} }
}`
export const secrets = `query ($workspace: ID!, $search: String, $first: Int, $after: String) {
  secrets(workspace: $workspace, search: $search, first: $first, after: $after) { name updatedAt }
}`
export const createSecret = `mutation ($input: SecretInput!) {
  createSecret(input: $input) { __typename ... on CreateSecretSuccess { secret { name updatedAt } } ${refusal} }
}`
export const updateSecret = `mutation ($input: SecretInput!) {
  updateSecret(input: $input) { __typename ... on UpdateSecretSuccess { secret { name updatedAt } } ${refusal} }
}`
export const deleteSecret = `mutation ($input: SecretNameInput!) {
  deleteSecret(input: $input) { __typename ... on DeleteSecretSuccess { secret { name updatedAt } } ${refusal} }
}`
export const setSecretPolicy = `mutation ($input: SecretPolicyInput!) {
  setSecretPolicy(input: $input) { __typename ... on SetSecretPolicySuccess { policy { allowedHosts lastUsedAt } } ${refusal} }
}`
export const createAutomation = `mutation ($input: AutomationInput!) {
  createAutomation(input: $input) {
    __typename ... on CreateAutomationSuccess { automation { id name version hookUrl steps { key type fields } } } ${refusal}
  }
}`
export const updateAutomation = `mutation ($input: UpdateAutomationInput!) {
  updateAutomation(input: $input) {
    __typename ... on UpdateAutomationSuccess { automation { id name version } } ${refusal}
  }
}`
const scheduled = 'automation { id version schedule { cron timeZone nextRunAt } }'
export const createScheduled = `mutation ($input: AutomationInput!) {
  createAutomation(input: $input) { __typename ... on CreateAutomationSuccess { ${scheduled} } ${refusal} }
}`
export const updateScheduled = `mutation ($input: UpdateAutomationInput!) {
  updateAutomation(input: $input) { __typename ... on UpdateAutomationSuccess { ${scheduled} } ${refusal} }
}`
const withDraft =
  'automation { id name version draft { revision basedOn savedBy content { name steps { key type fields } } } }'
export const saveAutomationDraft = `mutation ($input: SaveAutomationDraftInput!) {
  saveAutomationDraft(input: $input) { __typename ... on SaveAutomationDraftSuccess { ${withDraft} } ${refusal} }
}`
export const discardAutomationDraft = `mutation ($id: ID!, $revision: Int!) {
  discardAutomationDraft(id: $id, revision: $revision) {
    __typename ... on DiscardAutomationDraftSuccess { ${withDraft} } ${refusal}
  }
}`
export const restoreAutomationVersion = `mutation ($input: RestoreAutomationVersionInput!) {
  restoreAutomationVersion(input: $input) {
    __typename
    ... on RestoreAutomationVersionSuccess { automation { id name version steps { key fields } hookSignature { secret } schedule { cron } } }
    ${refusal}
  }
}`
export const versions = `query ($id: ID!) {
  automation(id: $id) {
    ${withDraft.replace(/^automation \{|\}$/g, '')}
    versions(first: 50) { edges { node { version name savedAt savedBy restoredFrom } } }
  }
}`
export const deleteAutomation = `mutation ($id: ID!) {
  deleteAutomation(id: $id) { __typename ... on DeleteAutomationSuccess { id } ${refusal} }
}`
export const runAutomation = `mutation ($input: RunAutomationInput!) {
  runAutomation(input: $input) { __typename ... on RunAutomationSuccess { run { id status } } ${refusal} }
}`
export const testStep = `mutation ($input: TestStepInput!) {
  testStep(input: $input) {
    __typename
    ... on TestStepSuccess { result { key status output secrets error { code message } } }
    ${refusal}
  }
}`
export const cancelRun = `mutation ($id: ID!) {
  cancelRun(id: $id) { __typename ... on CancelRunSuccess { run { id status } } ${refusal} }
}`
export const runEnd = `query ($id: ID!) { run(id: $id) { finishedAt } }`
export const run = `query ($id: ID!) {
  run(id: $id) {
    id status input output error { code message } createdAt startedAt finishedAt automation { id name }
    steps { key status output secrets error { code message } startedAt finishedAt }
  }
}`
export const inviteMember = `mutation ($input: InviteMemberInput!) {
  inviteMember(input: $input) { __typename ... on InviteMemberSuccess { url } ${refusal} }
}`
export const revokeInvitation = `mutation ($id: ID!) {
  revokeInvitation(id: $id) { __typename ... on RevokeInvitationSuccess { id } ${refusal} }
}`
export const administration = `query ($id: ID!) {
  workspace(id: $id) {
    invitations { id email role createdAt expiresAt }
    apiTokens { id name role scopes owner { email } createdAt expiresAt lastUsedAt lastUsedFrom }
    keys { recoveryCertificates rootCertificateExpiresAt warnings }
  }
}`
export const signUp = `query { signUp { mode hasAccounts } }`
export const acceptInvitation = `mutation ($token: String!) {
  acceptInvitation(token: $token) { __typename ... on AcceptInvitationSuccess { workspace { id } } ${refusal} }
}`
export const setMemberRole = `mutation ($input: MemberRoleInput!) {
  setMemberRole(input: $input) { __typename ... on SetMemberRoleSuccess { member { id role } } ${refusal} }
}`
export const removeMember = `mutation ($input: MemberInput!) {
  removeMember(input: $input) { __typename ... on RemoveMemberSuccess { id hooksRotated } ${refusal} }
}`
export const createApiToken = `mutation ($input: ApiTokenInput!) {
  createApiToken(input: $input) { __typename ... on CreateApiTokenSuccess { id token } ${refusal} }
}`
export const rotateHook = `mutation ($id: ID!) {
  rotateHook(id: $id) { __typename ... on RotateHookSuccess { automation { id version hookUrl } } ${refusal} }
}`
export const revokeApiToken = `mutation ($id: ID!) {
  revokeApiToken(id: $id) { __typename ... on RevokeApiTokenSuccess { id } ${refusal} }
}`
export const auditLog = `query ($workspace: ID!, $first: Int, $before: ID) {
  auditLog(workspace: $workspace, first: $first, before: $before) { id at actor action target detail }
}`
export const filteredAuditLog = `query ($action: String, $actor: String, $secret: String, $automation: String, $from: DateTime, $to: DateTime) {
  auditLog(workspace: "acme", action: $action, actor: $actor, secret: $secret, automation: $automation, from: $from, to: $to) {
    action actor target detail address client sequence
  }
}`
export const secretUsages = `query ($workspace: ID!, $name: String!) {
  secretUsages(workspace: $workspace, name: $name) { automation { id name } step field }
}`
export const secretPolicy = `query ($workspace: ID!, $name: String!) {
  secretPolicy(workspace: $workspace, name: $name) { allowedHosts lastUsedAt }
}`
export const secretPolicies = `query ($workspace: ID!, $search: String, $first: Int, $after: String) {
  secretPolicies(workspace: $workspace, search: $search, first: $first, after: $after) { name hosts places }
}`
export const sealingKey = `query ($workspace: ID!) { sealingKey(workspace: $workspace) { kid jwk } }`
export const automation = `query ($id: ID!) {
  automation(id: $id) { id name version hookUrl updatedAt steps { key type fields } }
}`
export const automations = `query ($workspace: ID!) { automations(workspace: $workspace) { id name version } }`
export const variables = `query ($id: ID!, $step: String) {
  automation(id: $id) { variables(step: $step) { kind title variables { reference label sample } } }
}`
export const runs = `query ($workspace: ID!, $automation: ID, $status: [RunStatus!], $first: Int, $before: ID) {
  runs(workspace: $workspace, automation: $automation, status: $status, first: $first, before: $before) { id status }
}`
export const runUpdated = `subscription ($id: ID!) { runUpdated(id: $id) { id status steps { key status } } }`
export const workspace = `query ($id: ID!) {
  workspace(id: $id) { id name viewerRole members { id name email role } }
}`
export const viewer = `query { viewer { kind id name email workspaces { id viewerRole } } }`
export const stepTypes = `query { stepTypes { type title fields { name kind required acceptsSecrets } } }`
export const pauseAutomation = `mutation ($id: ID!) {
  pauseAutomation(id: $id) { __typename ... on PauseAutomationSuccess { automation { id version pausedAt } } ${refusal} }
}`
export const resumeAutomation = `mutation ($id: ID!) {
  resumeAutomation(id: $id) { __typename ... on ResumeAutomationSuccess { automation { id version pausedAt } } ${refusal} }
}`
export const restartRun = `mutation ($id: ID!, $step: String) {
  restartRun(id: $id, step: $step) { __typename ... on RestartRunSuccess { run { id status } } ${refusal} }
}`
export const describeSecret = `mutation ($input: SecretNotesInput!) {
  describeSecret(input: $input) { __typename ... on DescribeSecretSuccess { policy { name owner description } } ${refusal} }
}`
