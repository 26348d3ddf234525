import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { printedSchema } from '../src/api/schema.ts'
import { Sensitive } from '../src/sensitive.ts'
import { openStore } from '../src/store/store.ts'

test('schema.graphql is what the code prints (npm run generate)', async () => {
  expect(await readFile('schema.graphql', 'utf8')).toBe(printedSchema())
})

test('the migrations make the schema that the entities declare (npm run migration NAME)', async () => {
  // The snapshot beside the migrations is compared, without a database.
  const store = await openStore(new Sensitive('postgres://nobody@127.0.0.1:1/none'))
  try {
    expect(await store.orm.migrator.checkSchema()).toBe(false)
  } finally {
    await store.close()
  }
})
