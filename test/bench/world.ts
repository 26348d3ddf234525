import { createClient } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { freePort } from '../support/free-port.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'
import type { Bench } from './benchmark.ts'
import type { Load } from './load.ts'
import { type Database, startPostgres, temporaryFolder } from './postgres.ts'
import { LAUNCHER, type RunningProcess, startProcess, startServer } from './processes.ts'

export const SECRET = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc'
export const WORKSPACE = 'bench'
const CONNECTIONS = 16

/** A whole Lockstep with default settings, but for its ports, its folder and the way to this machine. */
export interface Instance {
  url: string
  process: RunningProcess
  database: Database
  workspace: TestWorkspace
}

export interface World {
  /** The service that steps call. */
  target: string
  createDatabase(name: string): Promise<Database>
  /** A whole Lockstep on a database of its own. @param settings besides what it needs to run beside others. */
  openInstance(name: string, settings?: NodeJS.ProcessEnv): Promise<Instance>
}

export async function openWorld({ stack }: Bench): Promise<World> {
  const createDatabase = await startPostgres(stack)
  const target = await startServer(stack, 'target.ts', { SECRET })
  return {
    target,
    createDatabase,
    async openInstance(name, settings) {
      const database = await createDatabase(name)
      const env = { ...(await instanceSettings(stack)), ...settings, DATABASE_URL: database.url }
      const { process, url } = await startInstance(env)
      stack.use(process)
      return { url, process, database, workspace: await createWorkspace(url) }
    },
  }
}

/** The settings without which two of them cannot run side by side, or reach a service of this machine. */
export async function instanceSettings(stack: AsyncDisposableStack): Promise<NodeJS.ProcessEnv> {
  return {
    PORT: String(await freePort()),
    LOCKSTEP_WORKER_PORT: String(await freePort()),
    LOCKSTEP_DATA: await temporaryFolder(stack),
    LOCKSTEP_EGRESS_ALLOW: '127.0.0.1',
  }
}

/** `lockstep start`, until it takes runs and answers. */
export async function startInstance(
  env: NodeJS.ProcessEnv,
): Promise<{ process: RunningProcess; url: string }> {
  const process = await startProcess([LAUNCHER, 'start'], /"msg":"Lockstep runs at/, env)
  return { process, url: `http://127.0.0.1:${env['PORT']}` }
}

/** A workspace with the secret that steps send. */
export async function createWorkspace(url: string, id = WORKSPACE): Promise<TestWorkspace> {
  const client = (headers: Record<string, string>) => createClient(url, [], headers)
  const people = {
    signUp: async (name: string) => {
      const person = client({})
      await person.signUp(name)
      return person
    },
    withToken: (token: string) => client({ authorization: `Bearer ${token}` }),
  }
  const workspace = await createTestWorkspace(people, id)
  await workspace.createSecret('KEY', SECRET)
  return workspace
}

/** An automation whose steps send the secret and a number, each the one that the step before got back. */
export async function createHook(
  { url, workspace }: Pick<Instance, 'url' | 'workspace'>,
  target: string,
  steps = 1,
): Promise<string> {
  const { hookUrl } = await workspace.createAutomation(
    'Call',
    Array.from({ length: steps }, (_it, index) => ({
      key: `step${index + 1}`,
      type: 'custom-http',
      fields: {
        method: 'POST',
        url: target,
        headers: [{ name: 'Authorization', value: 'Bearer {{ secrets.KEY }}' }],
        bodyKind: 'json',
        body: { n: index === 0 ? '{{ trigger.body.n }}' : `{{ steps.step${index}.output.body.n }}` },
      },
    })),
  )
  return `${url}${new URL(hookUrl, url).pathname}`
}

/** Runs that are waited for; one that does not succeed with the right number ends the benchmark. */
export function runLoad(urls: readonly string[], steps = 1, connections = CONNECTIONS) {
  return {
    urls,
    connections,
    headers: { 'content-type': 'application/json', prefer: 'wait=10' },
    body: '{"n":1}',
    expected: ['"status":"SUCCEEDED"', `"body":{"n":${steps + 1}}`],
  } satisfies Load
}

/** Makes one run. @returns its public id. */
export async function makeRun({ load }: Pick<Bench, 'load'>, one: Load): Promise<string> {
  const { answer } = await load({ ...one, requests: 1, connections: 1 })
  return JSON.parse(answer).runId
}

/** The names of 50 secrets, read with a member's token. */
export async function listLoad({ url, workspace }: Pick<Instance, 'url' | 'workspace'>) {
  const query = 'query ($workspace: ID!) { secrets(workspace: $workspace, first: 50) { name updatedAt } }'
  return {
    ...(await memberLoad({ url, workspace }, query)),
    connections: CONNECTIONS,
    expected: ['"name":"SECRET_49"'],
  } satisfies Load
}

/** Automations of three steps, which name secrets and one another. */
export async function createAutomations(
  { workspace }: Pick<Instance, 'workspace'>,
  count: number,
): Promise<void> {
  const step = (key: string, body: string) => ({
    key,
    type: 'custom-http',
    fields: { method: 'POST', url: 'https://api.example.com/v1', bodyKind: 'json', body: { text: body } },
  })
  for (let number = 1; number <= count; number++) {
    await workspace.createAutomation(`Automation ${number}`, [
      step('read', '{{ trigger.body.id }}'),
      step('change', '{{ steps.read.output.body.id }}'),
      step('tell', '{{ steps.change.output.body.id }}'),
    ])
  }
}

/** All automations by one connection, read with a member's token. @param variables what is asked of them; without it nothing. */
export async function automationsLoad(
  instance: Pick<Instance, 'url' | 'workspace'>,
  count: number,
  variables = '',
) {
  const fields = `id name ${variables && `variables { ${variables} }`}`
  const query = `query ($workspace: ID!) {
    automationsConnection(workspace: $workspace, first: ${count}) { edges { node { ${fields} } } }
  }`
  return {
    ...(await memberLoad(instance, query)),
    connections: 1,
    expected: [`"name":"Automation ${count}"`],
  } satisfies Load
}

async function memberLoad({ url, workspace }: Pick<Instance, 'url' | 'workspace'>, query: string) {
  const input = { workspace: workspace.id, name: 'bench', role: 'MEMBER' }
  const { token } = await workspace.admin.mutate(documents.createApiToken, { input })
  return {
    urls: [`${url}/graphql`],
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables: { workspace: workspace.id } }),
  }
}
