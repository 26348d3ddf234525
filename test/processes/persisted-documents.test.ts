import { expect, test } from 'vitest'
import { readPersistedDocuments } from '../../src/processes/persisted-documents.ts'

const missing = '/nowhere/persisted-documents.json'

test('without the generated file no other documents can be forbidden', async () => {
  await expect(readPersistedDocuments(true, missing)).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    message: expect.stringMatching(/npm run generate.*LOCKSTEP_PERSISTED_ONLY/),
  })
  expect(await readPersistedDocuments(false, missing)).toEqual({ documents: new Map(), only: false })
})

test('the generated file is where it is looked for', async () => {
  expect((await readPersistedDocuments(true)).documents.size).toBeGreaterThan(8)
})
