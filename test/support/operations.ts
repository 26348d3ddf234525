import type { Scope } from '../../src/domain/index.ts'
import type { Client, GraphqlAnswer } from './client.ts'
import { post } from './client.ts'
import * as documents from './documents.ts'

/** The objects that an operation is tried on: those of a workspace, or unknown ids. */
export interface Target {
  workspace: string
  automation: string
  run: string
  secret: string
}

export type Need = 'signedIn' | 'person' | Scope

/** Every operation with all that it needs. Those that change something get input that would be refused. */
export interface Operation {
  needs: readonly Need[]
  query: string
  variables(target: Target): object
}

const connection = (name: string, scope: Scope): Operation => ({
  needs: [scope],
  query: `query ($workspace: ID!) { ${name}(workspace: $workspace) { edges { cursor node { id } } } }`,
  variables: ({ workspace }) => ({ workspace }),
})

const liveList = (name: string, scope: Scope): Operation => ({
  needs: [scope],
  query: `subscription ($workspace: ID!) { ${name}(workspace: $workspace) { edges { node { id } } } }`,
  variables: ({ workspace }) => ({ workspace }),
})

export const operations: Readonly<Record<string, Operation>> = {
  viewer: { needs: [], query: documents.viewer, variables: () => ({}) },
  signUp: { needs: [], query: documents.signUp, variables: () => ({}) },
  workspace: { needs: [], query: documents.workspace, variables: (it) => ({ id: it.workspace }) },
  invitationOffer: {
    needs: [],
    query: 'query ($token: String!) { invitationOffer(token: $token) { email } }',
    variables: () => ({ token: 'acme.none' }),
  },
  stepTypes: { needs: ['signedIn'], query: documents.stepTypes, variables: () => ({}) },
  secrets: {
    needs: ['secrets:read'],
    query: documents.secrets,
    variables: ({ workspace }) => ({ workspace }),
  },
  secretUsages: {
    needs: ['secrets:read'],
    query: documents.secretUsages,
    variables: ({ workspace, secret }) => ({ workspace, name: secret }),
  },
  secretUseCounts: {
    needs: ['secrets:write'],
    query: 'query ($workspace: ID!) { secretUseCounts(workspace: $workspace) { name automations } }',
    variables: ({ workspace }) => ({ workspace }),
  },
  secretPolicy: {
    needs: ['secrets:write'],
    query: documents.secretPolicy,
    variables: ({ workspace, secret }) => ({ workspace, name: secret }),
  },
  secretPolicies: {
    needs: ['secrets:write'],
    query: documents.secretPolicies,
    variables: ({ workspace }) => ({ workspace }),
  },
  sealingKey: {
    needs: ['secrets:write'],
    query: documents.sealingKey,
    variables: ({ workspace }) => ({ workspace }),
  },
  automations: {
    needs: ['automations:read'],
    query: documents.automations,
    variables: ({ workspace }) => ({ workspace }),
  },
  automation: {
    needs: ['automations:read'],
    query: documents.automation,
    variables: (it) => ({ id: it.automation }),
  },
  runs: {
    needs: ['runs:read'],
    query: documents.runs,
    variables: ({ workspace, automation }) => ({ workspace, automation }),
  },
  node: {
    needs: ['signedIn'],
    query: 'query ($id: ID!) { node(id: $id) { __typename id } }',
    variables: (it) => ({ id: it.automation }),
  },
  secretsConnection: connection('secretsConnection', 'secrets:read'),
  secretPoliciesConnection: connection('secretPoliciesConnection', 'secrets:write'),
  secretUsagesConnection: {
    needs: ['secrets:read'],
    query:
      'query ($workspace: ID!, $name: String!) { secretUsagesConnection(workspace: $workspace, name: $name) { edges { node { id } } } }',
    variables: ({ workspace, secret }) => ({ workspace, name: secret }),
  },
  automationsConnection: connection('automationsConnection', 'automations:read'),
  runsConnection: connection('runsConnection', 'runs:read'),
  auditLogConnection: connection('auditLogConnection', 'audit:read'),
  run: { needs: ['runs:read'], query: documents.run, variables: (it) => ({ id: it.run }) },
  auditLog: {
    needs: ['audit:read'],
    query: documents.auditLog,
    variables: ({ workspace }) => ({ workspace }),
  },
  runUpdated: { needs: ['runs:read'], query: documents.runUpdated, variables: (it) => ({ id: it.run }) },
  secretsChanged: liveList('secretsChanged', 'secrets:read'),
  automationsChanged: liveList('automationsChanged', 'automations:read'),
  runsChanged: liveList('runsChanged', 'runs:read'),
  createWorkspace: {
    needs: ['person'],
    query: documents.createWorkspace,
    variables: () => ({ input: { id: 'Not A Slug', name: 'x' } }),
  },
  acceptInvitation: {
    needs: ['person'],
    query: documents.acceptInvitation,
    variables: () => ({ token: 'x.y' }),
  },
  createSecret: {
    needs: ['secrets:write'],
    query: documents.createSecret,
    variables: ({ workspace, secret }) => ({ input: { workspace, name: secret, value: 'x' } }),
  },
  updateSecret: {
    needs: ['secrets:write'],
    query: documents.updateSecret,
    variables: ({ workspace, secret }) => ({ input: { workspace, name: secret, value: 'x' } }),
  },
  deleteSecret: {
    needs: ['secrets:write'],
    query: documents.deleteSecret,
    variables: ({ workspace }) => ({ input: { workspace, name: 'NOT_THERE' } }),
  },
  setSecretPolicy: {
    needs: ['secrets:write'],
    query: documents.setSecretPolicy,
    variables: ({ workspace, secret }) => ({ input: { workspace, name: secret, allowedHosts: ['no/host'] } }),
  },
  describeSecret: {
    needs: ['secrets:write'],
    query: documents.describeSecret,
    variables: ({ workspace }) => ({ input: { workspace, name: 'NOT_THERE' } }),
  },
  createAutomation: {
    needs: ['automations:write'],
    query: documents.createAutomation,
    variables: ({ workspace }) => ({ input: { workspace, name: '', steps: [] } }),
  },
  updateAutomation: {
    needs: ['automations:write'],
    query: documents.updateAutomation,
    variables: (it) => ({ input: { id: it.automation, version: 99, name: 'x', steps: [] } }),
  },
  deleteAutomation: {
    needs: ['automations:write'],
    query: documents.deleteAutomation,
    variables: (it) => ({ id: unknown(it.workspace) }),
  },
  pauseAutomation: {
    needs: ['automations:write'],
    query: documents.pauseAutomation,
    variables: (it) => ({ id: unknown(it.workspace) }),
  },
  resumeAutomation: {
    needs: ['automations:write'],
    query: documents.resumeAutomation,
    variables: (it) => ({ id: unknown(it.workspace) }),
  },
  restartRun: {
    needs: ['runs:start', 'runs:read'],
    query: documents.restartRun,
    variables: (it) => ({ id: unknown(it.workspace) }),
  },
  saveAutomationDraft: {
    needs: ['automations:read', 'automations:write'],
    query: documents.saveAutomationDraft,
    variables: ({ workspace }) => ({
      input: { workspace, automation: unknown(workspace), name: '', steps: [] },
    }),
  },
  discardAutomationDraft: {
    needs: ['automations:read', 'automations:write'],
    query: documents.discardAutomationDraft,
    variables: (it) => ({ id: unknown(it.workspace), revision: 1 }),
  },
  restoreAutomationVersion: {
    needs: ['automations:read', 'automations:write'],
    query: documents.restoreAutomationVersion,
    variables: (it) => ({ input: { id: unknown(it.workspace), version: 1, restore: 1 } }),
  },
  rotateHook: {
    needs: ['automations:read', 'automations:write'],
    query: documents.rotateHook,
    variables: (it) => ({ id: unknown(it.workspace) }),
  },
  runAutomation: {
    needs: ['runs:start'],
    query: documents.runAutomation,
    variables: (it) => ({ input: { automation: unknown(it.workspace) } }),
  },
  testStep: {
    needs: ['automations:write', 'runs:start', 'runs:read'],
    query: documents.testStep,
    variables: ({ workspace }) => ({ input: { workspace, step: { key: 'a', type: 'no-such', fields: {} } } }),
  },
  cancelRun: { needs: ['runs:start'], query: documents.cancelRun, variables: (it) => ({ id: it.run }) },
  renameWorkspace: {
    needs: ['members:write'],
    query: documents.renameWorkspace,
    variables: ({ workspace }) => ({ input: { workspace, name: '' } }),
  },
  setFailureAlert: {
    needs: ['automations:write'],
    query: 'mutation ($input: SetFailureAlertInput!) { setFailureAlert(input: $input) { __typename } }',
    variables: (it) => ({ input: { id: it.automation, recipients: ['nobody@example.com'] } }),
  },
  deleteWorkspace: {
    needs: ['person', 'members:write'],
    query: 'mutation ($input: DeleteWorkspaceInput!) { deleteWorkspace(input: $input) { __typename } }',
    variables: ({ workspace }) => ({ input: { workspace, name: 'another name' } }),
  },
  leaveWorkspace: {
    needs: ['person'],
    query: documents.leaveWorkspace,
    variables: () => ({ workspace: 'no-such-workspace' }),
  },
  inviteMember: {
    needs: ['members:write'],
    query: documents.inviteMember,
    variables: ({ workspace }) => ({ input: { workspace, email: 'no email', role: 'ADMIN' } }),
  },
  revokeInvitation: {
    needs: ['members:write'],
    query: documents.revokeInvitation,
    variables: (it) => ({ id: unknown(it.workspace) }),
  },
  setMemberRole: {
    needs: ['members:write'],
    query: documents.setMemberRole,
    variables: ({ workspace }) => ({ input: { workspace, member: 'nobody', role: 'MEMBER' } }),
  },
  removeMember: {
    needs: ['members:write'],
    query: documents.removeMember,
    variables: ({ workspace }) => ({ input: { workspace, member: 'nobody' } }),
  },
  createApiToken: {
    needs: ['members:write'],
    query: documents.createApiToken,
    variables: ({ workspace }) => ({ input: { workspace, name: '', role: 'ADMIN' } }),
  },
  revokeApiToken: {
    needs: ['members:write'],
    query: documents.revokeApiToken,
    variables: (it) => ({ id: unknown(it.workspace) }),
  },
}

/** A well-formed id that does not exist. */
export const unknown = (workspace: string): string => `${workspace}.01890a5d-ac96-774b-bcce-b302099a8057`

// It goes on for as long as its reader may read.
const LIVE_LIST = /^subscription[^{]*\{ \w+Changed\(/

async function firstEvent({ body }: Response): Promise<string> {
  let text = ''
  for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part
    // The last line of an event, which may be its data.
    if (/^(?:data: \{.*|id: .*)\n\n/m.test(text)) break
  }
  return text
}

/** Sends any operation. The answer of a subscription is its first event. */
export async function send(
  client: Client,
  query: string,
  variables: object = {},
): Promise<{ text: string; answer: GraphqlAnswer }> {
  const init = post({ query, variables })
  // What asks for JSON alone takes the short way of queries that came before.
  const accept = query.trimStart().startsWith('subscription')
    ? 'application/json, text/event-stream'
    : 'application/json'
  const headers = { 'content-type': 'application/json', accept }
  const text = LIVE_LIST.test(query)
    ? await firstEvent(await client.open('/graphql', { ...init, headers }))
    : (await client.request('/graphql', { ...init, headers })).text
  const json = text.startsWith('{') ? text : (/^data: (\{.*)$/m.exec(text)?.[1] ?? '{}')
  return { text, answer: JSON.parse(json) }
}
