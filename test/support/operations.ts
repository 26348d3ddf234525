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

export type Need = 'nothing' | 'signedIn' | 'person' | 'member' | 'admin'

/** Every operation with the scope that it needs. Those that change something get input that would be refused. */
export interface Operation {
  need: Need
  query: string
  variables(target: Target): object
}

export const operations: Readonly<Record<string, Operation>> = {
  viewer: { need: 'nothing', query: documents.viewer, variables: () => ({}) },
  signUp: { need: 'nothing', query: documents.signUp, variables: () => ({}) },
  workspace: { need: 'nothing', query: documents.workspace, variables: (it) => ({ id: it.workspace }) },
  stepTypes: { need: 'signedIn', query: documents.stepTypes, variables: () => ({}) },
  secrets: { need: 'member', query: documents.secrets, variables: ({ workspace }) => ({ workspace }) },
  secretUsages: {
    need: 'member',
    query: documents.secretUsages,
    variables: ({ workspace, secret }) => ({ workspace, name: secret }),
  },
  secretPolicy: {
    need: 'admin',
    query: documents.secretPolicy,
    variables: ({ workspace, secret }) => ({ workspace, name: secret }),
  },
  secretPolicies: {
    need: 'admin',
    query: documents.secretPolicies,
    variables: ({ workspace }) => ({ workspace }),
  },
  sealingKey: { need: 'admin', query: documents.sealingKey, variables: ({ workspace }) => ({ workspace }) },
  automations: {
    need: 'member',
    query: documents.automations,
    variables: ({ workspace }) => ({ workspace }),
  },
  automation: { need: 'member', query: documents.automation, variables: (it) => ({ id: it.automation }) },
  runs: {
    need: 'member',
    query: documents.runs,
    variables: ({ workspace, automation }) => ({ workspace, automation }),
  },
  run: { need: 'member', query: documents.run, variables: (it) => ({ id: it.run }) },
  auditLog: { need: 'admin', query: documents.auditLog, variables: ({ workspace }) => ({ workspace }) },
  runUpdated: { need: 'member', query: documents.runUpdated, variables: (it) => ({ id: it.run }) },
  createWorkspace: {
    need: 'person',
    query: documents.createWorkspace,
    variables: () => ({ input: { id: 'Not A Slug', name: 'x' } }),
  },
  acceptInvitation: {
    need: 'person',
    query: documents.acceptInvitation,
    variables: () => ({ token: 'x.y' }),
  },
  createSecret: {
    need: 'admin',
    query: documents.createSecret,
    variables: ({ workspace, secret }) => ({ input: { workspace, name: secret, value: 'x' } }),
  },
  updateSecret: {
    need: 'admin',
    query: documents.updateSecret,
    variables: ({ workspace, secret }) => ({ input: { workspace, name: secret, value: 'x' } }),
  },
  deleteSecret: {
    need: 'admin',
    query: documents.deleteSecret,
    variables: ({ workspace }) => ({ input: { workspace, name: 'NOT_THERE' } }),
  },
  setSecretPolicy: {
    need: 'admin',
    query: documents.setSecretPolicy,
    variables: ({ workspace, secret }) => ({ input: { workspace, name: secret, allowedHosts: ['no/host'] } }),
  },
  createAutomation: {
    need: 'member',
    query: documents.createAutomation,
    variables: ({ workspace }) => ({ input: { workspace, name: '', steps: [] } }),
  },
  updateAutomation: {
    need: 'member',
    query: documents.updateAutomation,
    variables: (it) => ({ input: { id: it.automation, version: 99, name: 'x', steps: [] } }),
  },
  deleteAutomation: {
    need: 'member',
    query: documents.deleteAutomation,
    variables: (it) => ({ id: unknown(it.workspace) }),
  },
  runAutomation: {
    need: 'member',
    query: documents.runAutomation,
    variables: (it) => ({ input: { automation: unknown(it.workspace) } }),
  },
  testStep: {
    need: 'member',
    query: documents.testStep,
    variables: ({ workspace }) => ({ input: { workspace, step: { key: 'a', type: 'no-such', fields: {} } } }),
  },
  cancelRun: { need: 'member', query: documents.cancelRun, variables: (it) => ({ id: it.run }) },
  inviteMember: {
    need: 'admin',
    query: documents.inviteMember,
    variables: ({ workspace }) => ({ input: { workspace, email: 'no email', role: 'ADMIN' } }),
  },
  revokeInvitation: {
    need: 'admin',
    query: documents.revokeInvitation,
    variables: (it) => ({ id: unknown(it.workspace) }),
  },
  setMemberRole: {
    need: 'admin',
    query: documents.setMemberRole,
    variables: ({ workspace }) => ({ input: { workspace, member: 'nobody', role: 'MEMBER' } }),
  },
  removeMember: {
    need: 'admin',
    query: documents.removeMember,
    variables: ({ workspace }) => ({ input: { workspace, member: 'nobody' } }),
  },
  createApiToken: {
    need: 'admin',
    query: documents.createApiToken,
    variables: ({ workspace }) => ({ input: { workspace, name: '', role: 'ADMIN' } }),
  },
  revokeApiToken: {
    need: 'admin',
    query: documents.revokeApiToken,
    variables: (it) => ({ id: unknown(it.workspace) }),
  },
}

/** A well-formed id that does not exist. */
export const unknown = (workspace: string): string => `${workspace}.01890a5d-ac96-774b-bcce-b302099a8057`

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
  const { text } = await client.request('/graphql', { ...init, headers })
  const json = text.startsWith('{') ? text : (/^data: (\{.*)$/m.exec(text)?.[1] ?? '{}')
  return { text, answer: JSON.parse(json) }
}
