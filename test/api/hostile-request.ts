import * as documents from '../support/documents.ts'

/** What no answer may repeat. */
export const value = 'sk_test_hostile_0123456789'

export const JSON_TYPE = 'application/json'
export const STRICT = 'application/graphql-response+json'

/** A POST. @param headers besides the content type. */
export const sent = (body: string | undefined, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': JSON_TYPE, ...headers },
  ...(body !== undefined && { body }),
})
export const query = (text: string, more: object = {}, headers = {}) =>
  sent(JSON.stringify({ query: text, ...more }), headers)
export const strictly = (text: string, more: object = {}) => query(text, more, { accept: STRICT })
export const create = (input: unknown) => query(documents.createAutomation, { variables: { input } })
export const step = { key: 'a', type: 'set-values', fields: { values: 1 } }

export type HostileRequest = [
  what: string,
  init: RequestInit,
  status: number,
  code: string,
  message: RegExp,
  path?: string,
]
