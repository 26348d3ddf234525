import { readFile } from 'node:fs/promises'
import { CriticalityLevel, diff } from '@graphql-inspector/core'
import { buildSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql'
import { expect, test } from 'vitest'
import { printedSchema } from '../../src/api/schema.ts'

// What clients rely on: docs/graphql.md says when it is made anew.
const baseline = await readFile(new URL('schema-baseline.graphql', import.meta.url), 'utf8')

async function breaking(from: string, to: string): Promise<string[]> {
  const changes = await diff(buildSchema(from), buildSchema(to))
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map(({ message }) => message)
}

test('nothing that clients rely on is broken', async () => {
  expect(await breaking(baseline, printedSchema())).toEqual([])
})

test.each([
  ['a field that is taken away', 'totalCount: Int!', 'count: Int!'],
  ['a field that may be null', 'hasNextPage: Boolean!', 'hasNextPage: Boolean'],
  ['another type of a field', 'kind: ViewerKind!', 'kind: Role!'],
  ['an argument that has to be given', 'cancelRun(', 'cancelRun(because: String!, '],
])('%s is found', async (_name, before, after) => {
  const schema = printedSchema()
  expect(schema).toContain(before)
  const changed = schema.replaceAll(before, after)
  expect(await breaking(schema, changed)).not.toEqual([])
})

test('what is deprecated says since when, and what to use instead', () => {
  const deprecated = Object.values(buildSchema(printedSchema()).getTypeMap()).flatMap((type) => {
    if (isEnumType(type)) return type.getValues()
    const isComposite = isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)
    return isComposite ? Object.values(type.getFields()) : []
  })
  const reasons = deprecated.flatMap(({ deprecationReason }) => deprecationReason ?? [])
  expect(reasons.length).toBeGreaterThan(8)
  for (const reason of reasons) expect(reason).toMatch(/^Since \d{4}-\d\d-\d\d: use \w/)
})
