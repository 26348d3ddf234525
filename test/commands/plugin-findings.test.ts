import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pluginFindings } from '../../src/commands/plugin-findings.ts'
import { readConfig } from '../../src/config.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-findings-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function findingsOf(manifest: object | string, file = 'index.js') {
  const text = typeof manifest === 'string' ? manifest : JSON.stringify({ name: 'acme-chat', ...manifest })
  await writeFile(join(folder, 'package.json'), text)
  await writeFile(join(folder, 'index.js'), 'export default []')
  return pluginFindings(readConfig({ LOCKSTEP_DATA: folder, LOCKSTEP_PLUGINS: join(folder, file) }))
}

test('the doctor says what a package may reach, and which variables it reads', async () => {
  const lockstep = {
    hosts: ['api.acme.test', '*.acme.test'],
    protocols: ['http'],
    environment: ['ACME_REGION'],
  }
  expect(await findingsOf({ lockstep })).toEqual([
    {
      check: 'plugin acme-chat',
      status: 'ok',
      message:
        'It may reach hosts: api.acme.test, *.acme.test; protocols: http. It reads the variables: ACME_REGION.',
    },
  ])
})

test('the doctor says of a package without permissions in its manifest that it may reach any public host', async () => {
  const [finding] = await findingsOf({})
  expect(finding?.message).toBe(
    'It may reach hosts: any public one; protocols: any. It reads the variables: none.',
  )
})

test('the doctor says of a package that may reach nothing that there is nothing', async () => {
  const [finding] = await findingsOf({ lockstep: { hosts: [], protocols: [], environment: [] } })
  expect(finding?.message).toBe('It may reach hosts: none; protocols: none. It reads the variables: none.')
})

test.each([
  ['hosts that are no list', { lockstep: { hosts: 'api.acme.test' } }, 'hosts'],
  ['a protocol that there is not', { lockstep: { protocols: ['ftp'] } }, 'ftp'],
])('the doctor reports a manifest with %s as an error', async (_words, manifest, named) => {
  const [finding, ...others] = await findingsOf(manifest)
  expect(others).toEqual([])
  expect(finding).toMatchObject({
    check: 'plugins',
    status: 'error',
    message: expect.stringContaining(named),
  })
})

test('the doctor reports a plugin that is not there as an error', async () => {
  const [finding] = await findingsOf({}, 'missing.js')
  expect(finding).toMatchObject({
    check: 'plugins',
    status: 'error',
    message: expect.stringContaining('missing.js'),
  })
})

test('without plugins the doctor says nothing of them', () => {
  expect(pluginFindings(readConfig({ LOCKSTEP_DATA: folder }))).toEqual([])
})
