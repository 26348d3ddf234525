import { expect, test } from 'vitest'
import { readPersistedDocuments } from '../../src/processes/persisted-documents.ts'

const missing = '/nowhere/persisted-documents.json'

test('without the generated file, LOCKSTEP_PERSISTED_ONLY is refused', async () => {
  await expect(readPersistedDocuments(true, missing)).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    message: expect.stringMatching(/npm run generate.*LOCKSTEP_PERSISTED_ONLY/),
  })
  expect(await readPersistedDocuments(false, missing)).toEqual(new Map())
})

test('the generated file exists at its expected place', async () => {
  expect((await readPersistedDocuments(true)).size).toBeGreaterThan(8)
})
