import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { createDocumentCache } from '../../src/api/document-cache.ts'

const kept = (text: string) => {
  const { documentCache } = createDocumentCache()
  const document = parse(text)
  documentCache.set(text, document)
  return documentCache.get(text) === document
}

test.each([
  '{ viewer { id } }',
  '{ secrets(workspace: "acme") { name } }',
  'mutation ($input: SecretInput!) { createSecret(input: $input) { __typename } }',
  'subscription ($id: ID!) { runUpdated(id: $id) { id } }',
])('a document is kept: %s', (text) => {
  expect(kept(text)).toBe(true)
})

test.each([
  'mutation { createSecret(input: { workspace: "acme", name: "KEY", value: "sk_test_written" }) { __typename } }',
  'mutation { createSecret(input: { name: """sk_test_written""" }) { __typename } }',
])('a document that may have a value in it is not: %s', (text) => {
  expect(kept(text)).toBe(false)
})

test('a document with a comment of megabytes is not kept, and many documents take a bounded room', () => {
  expect(kept(`{ viewer { id } } # ${'x'.repeat(100_000)}`)).toBe(false)
  const { documentCache } = createDocumentCache()
  const textOf = (number: number) => `{ viewer { id } } # ${number} ${'x'.repeat(60_000)}`
  for (let number = 0; number < 200; number++) documentCache.set(textOf(number), parse(textOf(number)))
  const left = Array.from({ length: 200 }, (_, number) => textOf(number)).filter(documentCache.get)
  expect(left.join('').length).toBeLessThanOrEqual(4 * 1024 * 1024)
  expect(left).toContain(textOf(199))
})
