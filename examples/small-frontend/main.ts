import {
  CreateSecretDocument,
  createAppSignIn,
  ListAutomationsDocument,
  ListSecretsDocument,
  RunAutomationDocument,
  refusalOf,
  sealSecret,
  ViewerDocument,
  WatchRunDocument,
} from '@lockstep/client'
import { executeWith, resumeExchange } from '@lockstep/client/urql'
import { Client, fetchExchange } from '@urql/core'

const server: string = import.meta.env['VITE_LOCKSTEP_URL'] ?? 'http://localhost:4000'
const redirectUri = window.location.origin + window.location.pathname
const signIn = createAppSignIn({ server, app: 'names', redirectUri })
const url = new URL('/graphql', server).href
const exchanges = [resumeExchange(), fetchExchange]
const client = new Client({ url, fetch: signIn.fetch, preferGetMethod: false, exchanges })
const execute = executeWith(client)

const part = (id: string) => document.getElementById(id) as HTMLElement
const say = (text: string) => part('said').replaceChildren(text)
const sayWhy = (error: Error) => say(error.message)
const tag = (name: string, text: string) => Object.assign(document.createElement(name), { textContent: text })

async function listNames(workspace: string): Promise<void> {
  const { secretsConnection: found } = await execute(ListSecretsDocument, { workspace, first: 50 })
  part('secrets').replaceChildren(...found.edges.map(({ node }) => tag('li', node.name)))
}

async function add(workspace: string, form: FormData): Promise<void> {
  const [name = '', value = '', host = ''] = [...form.values()].map(String)
  const { input } = await sealSecret(execute, { workspace, name }, value, { hosts: [host] })
  const { createSecret } = await execute(CreateSecretDocument, { input })
  say(refusalOf(createSecret)?.message ?? `${name} is saved.`)
  await listNames(workspace)
}

async function run(automation: string): Promise<void> {
  const { runAutomation } = await execute(RunAutomationDocument, { input: { automation } })
  if (!('run' in runAutomation)) return say(refusalOf(runAutomation)?.message ?? '')
  const { id } = runAutomation.run
  client.subscription(WatchRunDocument, { id }).subscribe(({ data }) => say(data?.runUpdated.status ?? ''))
}

if (!(await signIn.finish())) await signIn.start()
const workspace = (await execute(ViewerDocument, {})).viewer?.workspaces?.[0]?.id ?? ''
await listNames(workspace)
const { automationsConnection } = await execute(ListAutomationsDocument, { workspace, first: 50 })
for (const { node } of automationsConnection.edges)
  part('automations').append(
    Object.assign(tag('button', `Run ${node.name}`), { onclick: () => run(node.id).catch(sayWhy) }),
  )
part('add').addEventListener('submit', (event) => {
  event.preventDefault()
  add(workspace, new FormData(event.target as HTMLFormElement)).catch(sayWhy)
})
part('page').hidden = false
