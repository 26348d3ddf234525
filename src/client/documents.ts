const REFUSED = '... on Error { code message }'
const PAGE_INFO = 'pageInfo { hasNextPage endCursor }'
const STEP = 'key type fields onError timeoutSeconds retry { count delaySeconds on }'
const AUTOMATION = `id name version schedule { cron timeZone } hookAnswer { waitSeconds }
  hookSignature { secret style verifyToken format {
    header prefix encoding algorithm signed timestampHeader toleranceSeconds
  } } steps { ${STEP} }`
const RUN = 'id status createdAt startedAt finishedAt error { code message } automation { id name }'

/** What the command line asks the API, by what it is for. */
export const documents = {
  viewer: '{ viewer { kind name email workspaces { id name viewerRole } } }',
  secrets: `query ($workspace: ID!, $first: Int, $after: String, $policiesAfter: String, $withHosts: Boolean!) {
    secrets: secretsConnection(workspace: $workspace, first: $first, after: $after) {
      ${PAGE_INFO} edges { node { name updatedAt } }
    }
    policies: secretPoliciesConnection(workspace: $workspace, first: $first, after: $policiesAfter) @include(if: $withHosts) {
      ${PAGE_INFO} edges { node { name hosts } }
    }
  }`,
  secretPolicy: `query ($workspace: ID!, $name: String!) {
    secretPolicy(workspace: $workspace, name: $name) { hosts methods paths places sealed lastUsedAt }
  }`,
  secretUsages: `query ($workspace: ID!, $name: String!, $after: String) {
    page: secretUsagesConnection(workspace: $workspace, name: $name, first: 500, after: $after) {
      ${PAGE_INFO} edges { node { step field automation { id name } } }
    }
  }`,
  createSecret: `mutation ($input: SecretInput!) { result: createSecret(input: $input) { __typename ${REFUSED} } }`,
  updateSecret: `mutation ($input: SecretInput!) { result: updateSecret(input: $input) { __typename ${REFUSED} } }`,
  deleteSecret: `mutation ($input: SecretNameInput!) { result: deleteSecret(input: $input) { __typename ${REFUSED} } }`,
  setSecretPolicy: `mutation ($input: SecretPolicyInput!) {
    result: setSecretPolicy(input: $input) { __typename ${REFUSED} }
  }`,
  sealingKey: `query ($workspace: ID!) {
    sealingKey(workspace: $workspace) { kid jwk signature rootCertificate successions { certificate statement } }
  }`,
  automations: `query ($workspace: ID!, $after: String) {
    page: automationsConnection(workspace: $workspace, first: 200, after: $after) {
      ${PAGE_INFO} edges { node { ${AUTOMATION} updatedAt } }
    }
  }`,
  createAutomation: `mutation ($input: AutomationInput!) {
    result: createAutomation(input: $input) { __typename ... on CreateAutomationSuccess { automation { id } } ${REFUSED} }
  }`,
  updateAutomation: `mutation ($input: UpdateAutomationInput!) {
    result: updateAutomation(input: $input) { __typename ${REFUSED} }
  }`,
  deleteAutomation: `mutation ($id: ID!) { result: deleteAutomation(id: $id) { __typename ${REFUSED} } }`,
  runs: `query ($workspace: ID!, $automation: ID, $status: [RunStatus!], $first: Int!) {
    page: runsConnection(workspace: $workspace, automation: $automation, status: $status, first: $first) {
      edges { node { ${RUN} } }
    }
  }`,
  run: `query ($id: ID!) { run(id: $id) { ${RUN} output steps { key status attempt error { code message } } } }`,
  watchRun: `subscription ($id: ID!) {
    runUpdated(id: $id) { ${RUN} output steps { key status attempt error { code message } } }
  }`,
  startRun: `mutation ($input: RunAutomationInput!) {
    result: runAutomation(input: $input) { __typename ... on RunAutomationSuccess { run { id } } ${REFUSED} }
  }`,
  cancelRun: `mutation ($id: ID!) {
    result: cancelRun(id: $id) { __typename ... on CancelRunSuccess { run { id status } } ${REFUSED} }
  }`,
  tokens: `query ($workspace: ID!, $after: String) {
    workspace(id: $workspace) { page: apiTokensConnection(first: 500, after: $after) {
      ${PAGE_INFO} edges { node { id name role scopes owner { email } createdAt expiresAt lastUsedAt lastUsedFrom } }
    } }
  }`,
  createToken: `mutation ($input: ApiTokenInput!) {
    result: createApiToken(input: $input) {
      __typename ... on CreateApiTokenSuccess { id token apiToken { name role scopes expiresAt } } ${REFUSED}
    }
  }`,
  revokeToken: `mutation ($id: ID!) { result: revokeApiToken(id: $id) { __typename ${REFUSED} } }`,
  members: `query ($workspace: ID!, $after: String) {
    workspace(id: $workspace) { page: membersConnection(first: 500, after: $after) {
      ${PAGE_INFO} edges { node { name email role user } }
    } }
  }`,
  inviteMember: `mutation ($input: InviteMemberInput!) {
    result: inviteMember(input: $input) { __typename ... on InviteMemberSuccess { url } ${REFUSED} }
  }`,
  removeMember: `mutation ($input: MemberInput!) {
    result: removeMember(input: $input) { __typename ... on RemoveMemberSuccess { hooksRotated hooks { name } } ${REFUSED} }
  }`,
  deleteWorkspace: `mutation ($input: DeleteWorkspaceInput!) {
    result: deleteWorkspace(input: $input) { __typename ${REFUSED} }
  }`,
  setMemberRole: `mutation ($input: MemberRoleInput!) {
    result: setMemberRole(input: $input) { __typename ${REFUSED} }
  }`,
} as const
