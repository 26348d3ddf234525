import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Client } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

// Two people have the same thing open. Whoever saves second knows less than is there.

let app: TestApp
let acme: TestWorkspace
let other: Client
let automation: string
beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  const person = { workspace: 'acme', email: 'other@example.com', role: 'ADMIN' }
  const { url } = await acme.admin.mutate(documents.inviteMember, { input: person })
  other = await app.signUp(person.email, person.email)
  await other.mutate(documents.acceptInvitation, { token: new URL(url).hash.slice(1) })
  await acme.admin.mutate(documents.createSecret, {
    input: { workspace: 'acme', name: 'TOKEN', value: 'a-value-of-a-token' },
  })
  automation = (await acme.createAutomation('Told', [])).id
})
afterAll(() => app.close())

interface Setting<Known> {
  mutation: string
  input(): object
  /** In the order in which they are saved: what there is at first, what one person saves, what the other one wants. */
  values: readonly [Known, Known, Known]
  /** What the client knew, as the input has it. */
  known(value: Known): object
  wanted(value: Known): object
  read: string
  now(data: never): Known
}

const change = (name: string, type: string) =>
  `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on Error { code message } } }`

interface Alert {
  recipients: string[]
  url: string | null
  everyMinutes: number
}

const alert: Setting<Alert | null> = {
  mutation: change('setFailureAlert', 'SetFailureAlertInput'),
  input: () => ({ id: automation }),
  values: [
    null,
    { recipients: ['other@example.com'], url: 'https://chat.example.com/a', everyMinutes: 60 },
    { recipients: [], url: 'https://chat.example.com/b', everyMinutes: 5 },
  ],
  known: (value) => ({ ifAlert: value ?? { recipients: [] } }),
  wanted: (value) => value ?? { recipients: [] },
  read: 'query { automations(workspace: "acme") { failureAlert { recipients url everyMinutes } } }',
  now: ({ automations }: { automations: { failureAlert: Alert | null }[] }) =>
    automations[0]?.failureAlert ?? null,
}

const notes: Setting<{ owner: string | null; description: string | null }> = {
  mutation: change('describeSecret', 'SecretNotesInput'),
  input: () => ({ workspace: 'acme', name: 'TOKEN' }),
  values: [
    { owner: null, description: null },
    { owner: 'Payments', description: 'Charges' },
    { owner: 'Ada', description: null },
  ],
  known: (value) => ({ ifNotes: value }),
  wanted: (value) => value,
  read: 'query { secretPolicy(workspace: "acme", name: "TOKEN") { owner description } }',
  now: ({ secretPolicy }: { secretPolicy: { owner: string | null; description: string | null } }) =>
    secretPolicy,
}

const name: Setting<string> = {
  mutation: change('renameWorkspace', 'RenameWorkspaceInput'),
  input: () => ({ workspace: 'acme' }),
  values: ['acme', 'Acme of others', 'Mine'],
  known: (value) => ({ ifName: value }),
  wanted: (value) => ({ name: value }),
  read: 'query { workspace(id: "acme") { name } }',
  now: ({ workspace }: { workspace: { name: string } }) => workspace.name,
}

describe.each([
  ['failure alerts', 'setFailureAlert', alert],
  ['what a secret is for', 'describeSecret', notes],
  ['the name of a workspace', 'renameWorkspace', name],
] as const)('%s', (_what, field, setting) => {
  const { mutation, input, values, known, wanted, read, now } = setting as Setting<unknown>
  const [first, theirs, mine] = values
  const save = async (client: Client, value: unknown, seen?: unknown) => {
    const its = seen === undefined ? {} : known(seen)
    const all = { ...input(), ...(wanted(value) as object), ...its }
    return (await client.graphql(mutation, { input: all })).data[field]
  }
  const current = async () => now((await other.graphql(read, {})).data as never)

  test('of another person is not overwritten, and nothing is changed', async () => {
    expect(await current()).toEqual(first)
    expect(await save(other, theirs, first)).not.toHaveProperty('code')
    const refused = await save(acme.admin, mine, first)
    expect(refused).toMatchObject({ code: 'CONFLICT' })
    expect(refused.message).not.toMatch(/chat\.example\.com|Payments|Acme of others/)
    expect(await current()).toEqual(theirs)
  })

  test('is replaced by who knows of it, and by who does not ask', async () => {
    expect(await save(acme.admin, mine, theirs)).not.toHaveProperty('code')
    expect(await current()).toEqual(mine)
    expect(await save(acme.admin, theirs)).not.toHaveProperty('code')
    expect(await current()).toEqual(theirs)
  })

  test('that is wanted anyway is no conflict: a request is sent again after its answer was lost', async () => {
    expect(await save(acme.admin, theirs, first)).not.toHaveProperty('code')
    expect(await current()).toEqual(theirs)
  })

  test('is won by one of two who save at once', async () => {
    await save(acme.admin, first)
    const answers = await Promise.all([save(acme.admin, mine, first), save(other, theirs, first)])
    expect(answers.map((it) => it.code ?? 'saved').sort()).toEqual(['CONFLICT', 'saved'])
  })
})
