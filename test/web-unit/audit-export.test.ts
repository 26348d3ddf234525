import { expect, it } from 'vitest'
import { csvOf, jsonLinesOf } from '../../web/src/audit/export-format.ts'

const event = {
  __typename: 'AuditEvent' as const,
  id: 'acme.1',
  at: '2026-11-27T12:00:00.000Z',
  actor: '=HYPERLINK("https://evil.test")',
  action: 'automation.create',
  target: 'A, "B"\nC',
  detail: { version: 1 },
  address: null,
  client: null,
}

it('CSV quotes what has to be quoted, and holds no formula', () => {
  expect(csvOf([event])).toBe(
    'at,actor,action,target,detail,address,client,id\r\n' +
      '2026-11-27T12:00:00.000Z,"\'=HYPERLINK(""https://evil.test"")",automation.create,"A, ""B""\nC","{""version"":1}",,,acme.1\r\n',
  )
})

it('JSON Lines hold an event a line', () => {
  const { __typename, ...plain } = event
  expect(
    jsonLinesOf([event, event])
      .split('\n')
      .slice(0, 2)
      .map((it) => JSON.parse(it)),
  ).toEqual([plain, plain])
})
