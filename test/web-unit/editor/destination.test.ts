import { describe, expect, it } from 'vitest'
import { destinationOf, stepInWords } from '../../../web/src/editor/draft/destination.ts'
import type { StepType } from '../../../web/src/editor/draft/step-types.ts'

const request = { fields: [{ name: 'url', kind: 'url' }] } as unknown as StepType
const other = { fields: [{ name: 'host', kind: 'text' }] } as unknown as StepType
const http = (url: unknown, field = 'url', name?: string) =>
  destinationOf({ type: 'custom-http', fields: { url } }, request, {
    field,
    ...(name !== undefined && { name }),
  })

describe('the host that a step sends to', () => {
  it.each([
    ['https://api.acme.test/v1?x=1', 'api.acme.test'],
    ['https://API.acme.test', 'api.acme.test'],
    ['https://api.acme.test:8443/{{ trigger.id }}', 'api.acme.test:8443'],
    ['http://127.0.0.1:4000#x', 'http://127.0.0.1:4000'],
    [' https://api.acme.test?key={{ secrets.KEY }}', 'api.acme.test'],
  ])('of %s is %s', (url, host) => {
    expect(http(url)?.hosts).toEqual([host])
  })

  it.each([
    ['nothing', undefined],
    ['an expression', '{{ trigger.url }}'],
    ['an expression in the host', 'https://{{ trigger.shop }}.acme.test/'],
    ['an expression at the end of the host', 'https://api.acme.test{{ trigger.x }}'],
    ['half of a host', 'https://'],
    ['no URL', 'api.acme.test'],
    ['a structure', { a: 1 }],
  ])('is unknown for %s', (_what, url) => {
    expect(http(url)?.hosts).toEqual([])
  })

  it('is that of a database or a mail server if it is written literally', () => {
    const database = (connectionString: string) =>
      destinationOf({ type: 'query-postgres', fields: { connectionString } }, other, {
        field: 'connectionString',
      })
    expect(database('postgres://app:{{ secrets.PW }}@db.acme.test:5432/shop')).toEqual({
      reason: 'This step sends it to db.acme.test:5432.',
      hosts: ['db.acme.test:5432'],
      places: ['query-postgres.connectionString'],
    })
    expect(database('{{ secrets.DATABASE }}')?.hosts).toEqual([])
    const mail = { type: 'send-email', fields: { host: 'smtp.acme.test' } }
    expect(destinationOf(mail, other, { field: 'password' })).toMatchObject({
      hosts: ['smtp.acme.test'],
      places: ['send-email.password'],
    })
  })
})

describe('the place in a step', () => {
  it.each([
    ['url', undefined, ['url']],
    ['headers', 'Authorization', ['header:authorization']],
    ['headers', '', []],
    ['headers', '{{ trigger.name }}', []],
    ['query', 'apiKey', ['query:apiKey']],
    ['body', undefined, ['body']],
    ['form', 'password', ['body']],
    ['clientCertificate', undefined, ['custom-http.clientCertificate']],
  ])('%s %s of a request', (field, name, places) => {
    expect(http('https://api.acme.test', field, name)?.places).toEqual(places)
  })

  it('of another step is its field, and an unknown place gives no suggestion', () => {
    const custom = destinationOf({ type: 'ping', fields: {} }, undefined, { field: 'token' })
    expect(custom).toEqual({ reason: 'It goes into this step.', hosts: [], places: ['ping.token'] })
    expect(http('{{ trigger.url }}', 'headers', '')).toBeUndefined()
  })
})

it.each([
  ['custom-http', { method: 'POST', url: 'https://api.stripe.test/v1' }, 'POST api.stripe.test'],
  ['custom-http', { url: 'https://{{ trigger.host }}/' }, 'custom-http'],
  ['custom-http', { method: '{{ trigger.verb }}', url: 'https://a.test/' }, 'custom-http: a.test'],
  ['send-email', { host: 'smtp.a.test' }, 'send-email: smtp.a.test'],
  ['wait', {}, 'wait'],
])('a step of type %s with %j is %s in words', (type, fields, words) => {
  const definition = { title: type, fields: [{ name: 'url', kind: 'url' }] } as unknown as Parameters<
    typeof stepInWords
  >[1]
  expect(stepInWords({ type, fields }, definition)).toBe(words)
})
