import { randomUUID } from 'node:crypto'
import type { InstanceOutcome, InstanceRun } from './instance-run.ts'

/** A person in a workspace of an instance. */
export interface InstanceClient {
  setSecret(name: string, value: string): Promise<void>
  /** Saves an automation and starts it. @returns the id of the run. */
  start(steps: InstanceRun['steps'], input: unknown): Promise<string>
  /** @returns undefined until the run has ended. */
  read(run: string): Promise<InstanceOutcome | undefined>
}

const WORKSPACE = 'test'
const refusal = '... on Error { code message }'
const documents = {
  createWorkspace: `mutation ($input: CreateWorkspaceInput!) { it: createWorkspace(input: $input) { __typename ${refusal} } }`,
  createSecret: `mutation ($input: SecretInput!) { it: createSecret(input: $input) { __typename ${refusal} } }`,
  updateSecret: `mutation ($input: SecretInput!) { it: updateSecret(input: $input) { __typename ${refusal} } }`,
  createAutomation: `mutation ($input: AutomationInput!) {
    it: createAutomation(input: $input) {
      __typename ... on CreateAutomationSuccess { automation { id } } ${refusal}
    }
  }`,
  runAutomation: `mutation ($input: RunAutomationInput!) {
    it: runAutomation(input: $input) { __typename ... on RunAutomationSuccess { run { id } } ${refusal} }
  }`,
  run: `query ($id: ID!) {
    it: run(id: $id) {
      id status output error { code message } finishedAt
      steps { key status output error { code message } }
    }
  }`,
}

interface Answer {
  readonly data?: {
    readonly it: (Record<string, unknown> & { code?: string; message?: string }) | null
  } | null
  readonly errors?: readonly { readonly message: string }[]
}

/** Signs a person up, with a workspace of their own. */
export async function openClient(url: string): Promise<InstanceClient> {
  const cookie = await signUp(url)
  const ask = async (
    query: string,
    variables: object,
  ): Promise<NonNullable<NonNullable<Answer['data']>['it']>> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = (await response.json()) as Answer
    if (errors || !data?.it)
      throw new Error(errors?.map(({ message }) => message).join('\n') ?? 'There is no answer.')
    return data.it
  }
  const change = async (query: string, input: object) => {
    const done = await ask(query, { input })
    if (done.code !== undefined) throw new Error(`${done.code}: ${done.message}`)
    return done
  }
  await change(documents.createWorkspace, { id: WORKSPACE, name: 'Test' })
  const known = new Set<string>()
  return {
    async setSecret(name, value) {
      const query = known.has(name) ? documents.updateSecret : documents.createSecret
      await change(query, { workspace: WORKSPACE, name, value })
      known.add(name)
    },
    async start(steps, input) {
      const draft = { workspace: WORKSPACE, name: `Test ${randomUUID()}`, steps }
      const { automation } = await change(documents.createAutomation, draft)
      const { id } = automation as { id: string }
      const { run } = await change(documents.runAutomation, { automation: id, input })
      return (run as { id: string }).id
    },
    async read(id) {
      const { finishedAt, ...run } = await ask(documents.run, { id })
      return finishedAt === null ? undefined : (run as unknown as InstanceOutcome)
    },
  }
}

/** @returns the cookie of the session. */
async function signUp(url: string): Promise<string> {
  const body = { name: 'Test', email: 'test@example.com', password: randomUUID() }
  const response = await fetch(`${url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`Nobody can sign up: ${response.status} ${await response.text()}`)
  return response.headers
    .getSetCookie()
    .map((it) => it.split(';')[0])
    .join('; ')
}
