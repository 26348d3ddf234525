import { setTimeout as delay } from 'node:timers/promises'

interface DemoRun {
  status: string
  output: unknown
}

/** A client of the API, as anybody could write it with HTTP and GraphQL. */
export interface DemoClient {
  signUp(person: { name: string; email: string; password: string }): Promise<void>
  createWorkspace(id: string, name: string): Promise<void>
  createSecret(workspace: string, name: string, value: string): Promise<unknown>
  /** @returns the error code for a caller without the right. */
  tryCreateSecret(workspace: string, name: string, value: string): Promise<string>
  /** A client with an API token that has the role MEMBER. */
  memberToken(workspace: string): Promise<DemoClient>
  createAutomation(workspace: string, name: string, fields: object): Promise<string>
  /** Runs the automation and waits for its end. */
  run(automation: string): Promise<DemoRun>
}

type Data = Record<string, Record<string, unknown>>

export function createDemoClient(url: string, headers: Record<string, string> = {}): DemoClient {
  const send = (path: string, body: unknown) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const graphql = async (query: string, variables: object): Promise<{ data?: Data | null; code: string }> => {
    const answer = (await (await send('/graphql', { query, variables })).json()) as {
      data?: Data | null
      errors?: { extensions: { code: string } }[]
    }
    return { data: answer.data ?? null, code: answer.errors?.[0]?.extensions.code ?? '' }
  }
  const ask = async <T>(field: string, part: string, query: string, variables: object): Promise<T> => {
    const { data, code } = await graphql(query, variables)
    const result = data?.[field]
    if (!result || !(part in result)) throw new Error(`${field}: ${code || JSON.stringify(result)}`)
    return result[part] as T
  }
  return {
    async signUp(person) {
      const response = await send('/api/auth/sign-up/email', person)
      if (!response.ok) throw new Error(`sign-up: ${await response.text()}`)
      headers['cookie'] = response.headers
        .getSetCookie()
        .map((it) => it.split(';', 1)[0])
        .join('; ')
    },
    createWorkspace: (id, name) =>
      ask('createWorkspace', 'workspace', documents.createWorkspace, { input: { id, name } }),
    createSecret: (workspace, name, value) =>
      ask('createSecret', 'secret', documents.createSecret, { input: { workspace, name, value } }),
    tryCreateSecret: async (workspace, name, value) =>
      (await graphql(documents.createSecret, { input: { workspace, name, value } })).code,
    async memberToken(workspace) {
      const input = { workspace, name: 'demo member', role: 'MEMBER' }
      const token = await ask<string>('createApiToken', 'token', documents.createApiToken, { input })
      return createDemoClient(url, { authorization: `Bearer ${token}` })
    },
    async createAutomation(workspace, name, fields) {
      const input = { workspace, name, steps: [{ key: 'charge', type: 'custom-http', fields }] }
      const document = documents.createAutomation
      return (await ask<{ id: string }>('createAutomation', 'automation', document, { input })).id
    },
    async run(automation) {
      const input = { automation, input: { order: 42 } }
      const { id } = await ask<{ id: string }>('runAutomation', 'run', documents.runAutomation, { input })
      for (;;) {
        const { data } = await graphql(documents.run, { id })
        if (data?.['run']?.['finishedAt']) return data['run'] as unknown as DemoRun
        await delay(100)
      }
    },
  }
}

const REFUSAL = '... on Error { code message }'
const documents = {
  createWorkspace: `mutation ($input: CreateWorkspaceInput!) {
    createWorkspace(input: $input) { ... on CreateWorkspaceSuccess { workspace { id } } ${REFUSAL} } }`,
  createSecret: `mutation ($input: SecretInput!) {
    createSecret(input: $input) { ... on CreateSecretSuccess { secret { name updatedAt } } ${REFUSAL} } }`,
  createApiToken: `mutation ($input: ApiTokenInput!) {
    createApiToken(input: $input) { ... on CreateApiTokenSuccess { token } ${REFUSAL} } }`,
  createAutomation: `mutation ($input: AutomationInput!) {
    createAutomation(input: $input) { ... on CreateAutomationSuccess { automation { id } } ${REFUSAL} } }`,
  runAutomation: `mutation ($input: RunAutomationInput!) {
    runAutomation(input: $input) { ... on RunAutomationSuccess { run { id } } ${REFUSAL} } }`,
  run: 'query ($id: ID!) { run(id: $id) { status output finishedAt } }',
}
