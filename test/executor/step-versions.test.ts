import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const secret = 'a-token-that-nobody-sees-4711'
const operators = 'a-key-of-the-operator-0815'
const variable = 'LOCKSTEP_PLUGIN_TELL__KEY'
const source = `
import { defineStep, field } from '@lockstep/steps'
const config = { key: field.text({ label: 'Key', required: true, secrets: true }) }
const named = { title: 'Tell', description: 'Tells.', output: {}, config, repeatable: true }
export default [
  defineStep({
    ...named,
    type: 'tell',
    version: 2,
    fields: { token: field.text({ label: 'Token', secrets: true }), text: field.text({ label: 'Text' }) },
    moves: { apiKey: 'token' },
    migrate({ apiKey, words, ...rest }) {
      if (words === 'broken') throw new Error('no')
      return { ...rest, token: apiKey, text: words }
    },
    run: ({ token, text }) => ({ length: token.reveal().length, text }),
  }),
  defineStep({
    ...named,
    type: 'use-key',
    fields: { fails: field.boolean({ label: 'Fails', default: false }) },
    run({ fails }, { config, log }) {
      const key = config.key.reveal()
      log.info('with ' + key)
      console.log(key)
      if (fails) throw new Error('refused: ' + key)
      return { length: key.length, key, hex: Buffer.from(key).toString('hex') }
    },
  }),
]
`

let app: TestApp
let folder: string
let workspace: TestWorkspace

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-versions-'))
  await writeFile(join(folder, 'package.json'), '{"name": "tell", "type": "module"}')
  await writeFile(join(folder, 'tell.js'), source)
  process.env[variable] = operators
  app = await startTestApp({ env: { LOCKSTEP_PLUGINS: join(folder, 'tell.js') } })
  workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('TOKEN', secret)
})
afterAll(async () => {
  await app.expectNoCanary(secret, operators)
  await app.close()
  await rm(folder, { recursive: true })
})

/** An automation as an earlier version of the plugin, or a later one, has left it. */
async function stored(fields: object, version?: number): Promise<string> {
  const made = await workspace.createAutomation('Tell', [{ key: 'tell', type: 'tell', fields: {} }])
  const steps = [{ key: 'tell', type: 'tell', fields, ...(version !== undefined && { version }) }]
  await app.database.query(
    `update automation set steps = '${JSON.stringify(steps)}' where id = '${made.id.split('.')[1]}'`,
  )
  return made.id
}

const read = async (id: string) => {
  const query = `query ($id: ID!) { automation(id: $id) { version steps { key type version fields } } }`
  return (await workspace.admin.graphql(query, { id })).data.automation
}
const rowOf = async (id: string) => {
  const rows = await app.database.query<{ steps: unknown }>(
    `select steps from automation where id = '${id.split('.')[1]}'`,
  )
  return rows[0]?.steps
}

const old = { apiKey: '{{ secrets.TOKEN }}', words: 'hello' }
const migrated = { token: '{{ secrets.TOKEN }}', text: 'hello' }

test('an automation of an earlier version runs with the fields of now', async () => {
  const ended = await workspace.run(await stored(old))
  expect(ended.error).toBeNull()
  expect(ended.output).toEqual({ length: secret.length, text: 'hello' })
  expect(ended.steps[0]?.secrets).toEqual(['TOKEN'])
})

test('it is read with the fields of now, its secrets are found, and it stays as it is until it is saved', async () => {
  const id = await stored(old)
  const { version, steps } = await read(id)
  expect(steps).toEqual([expect.objectContaining({ version: 2, fields: migrated })])
  expect(await rowOf(id)).toEqual([{ key: 'tell', type: 'tell', fields: old }])
  const usages = await workspace.admin.graphql(documents.secretUsages, { workspace: 'acme', name: 'TOKEN' })
  expect(JSON.stringify(usages.data)).toContain(id)
  const again = steps.map(({ key, type, version: of, fields }: Record<string, unknown>) => ({
    ...{ key, type, version: of, fields },
  }))
  await workspace.admin.mutate(documents.updateAutomation, {
    input: { id, version, name: 'Tell', steps: again },
  })
  expect(await rowOf(id)).toEqual([{ key: 'tell', type: 'tell', fields: migrated, version: 2 }])
})

test('fields that a page has read before the plugin was replaced are migrated when they are saved', async () => {
  const step = { key: 'tell', type: 'tell', fields: old, version: 1 }
  const { id } = await workspace.createAutomation('Tell', [step])
  expect(await rowOf(id)).toEqual([{ key: 'tell', type: 'tell', fields: migrated, version: 2 }])
})

test('a step of a newer version than the installed one is refused in words: its run, and saving it', async () => {
  const id = await stored({ future: 'x' }, 3)
  const ended = await workspace.run(id)
  const words = /saved with version 3 of the step type \\?"tell\\?", and version 2 is installed/
  expect(ended).toMatchObject({ status: 'FAILED', error: { message: expect.stringMatching(words) } })
  const { version, steps } = await read(id)
  expect(steps[0]).toMatchObject({ version: 3, fields: { future: 'x' } })
  const input = { id, version, name: 'Tell', steps }
  const { errors, data } = await workspace.admin.graphql(documents.updateAutomation, { input })
  expect(JSON.stringify(errors ?? data)).toMatch(words)
})

test('a migration that fails ends the run in words', async () => {
  const ended = await workspace.run(await stored({ words: 'broken' }))
  expect(ended.error?.message).toMatch(/could not bring its fields from version 1 to 2/)
})

test("a secret of the operator is a step's to use and nobody's to see", async () => {
  const used = (fails: boolean) =>
    workspace.createAutomation('Use', [
      {
        key: 'first',
        type: 'set-values',
        fields: { values: [{ name: 'told', value: '{{ trigger.key }}' }] },
      },
      { key: 'use', type: 'use-key', fields: { fails } },
    ])
  const ended = await workspace.run((await used(false)).id, { key: `a ${operators} b` })
  expect(ended.error).toBeNull()
  const mark = '[secret use-key.key]'
  expect(ended.output).toEqual({ length: operators.length, key: mark, hex: mark })
  // What a person has sent with it is masked too.
  expect(ended.input).toEqual({ key: `a ${mark} b` })
  const failed = await workspace.run((await used(true)).id, { key: 'x' })
  expect(failed.error?.message).toContain(`refused: ${mark}`)
  expect(app.log.some((line) => line.includes(`with ${mark}`))).toBe(true)
  expect(process.env[variable]).toBeUndefined()
})
