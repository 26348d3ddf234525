import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { customHttp } from '../../plugins/custom-http/custom-http.ts'
import { AppError } from '../../src/steps/index.ts'
import { testStep } from '../../src/steps/testing/index.ts'
import { type EchoServer, type Received, startEchoServer } from './echo-server.ts'

type Fields = Record<string, unknown>
const KEY = 'sk_CANARY_4242'
let server: EchoServer
let other: EchoServer
let answer: (request: Received, response: ServerResponse) => void

beforeAll(async () => {
  server = await startEchoServer((request, response) => answer(request, response))
  other = await startEchoServer((_request, response) => response.end('[]'))
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await other[Symbol.asyncDispose]()
})
beforeEach(() => {
  server.received.length = 0
  other.received.length = 0
})

function run(fields: Fields, options: { signal?: AbortSignal } = {}) {
  return testStep(customHttp, {
    fields: { url: `${server.origin}/items`, ...fields },
    secrets: { KEY },
    ...options,
  })
}
const outputOf = async (fields: Fields) => {
  const { error, trueOutput } = await run(fields)
  if (error) throw new Error(error.message)
  return trueOutput
}
const errorOf = async (fields: Fields) => (await run(fields)).error
const asked = () => server.received.map(({ url }) => url)

/** Answers the first request with the first page, and so on; an error status where a number stands. */
function pages(...list: readonly unknown[]): void {
  answer = (_request, response) => {
    const page = list[server.received.length - 1]
    if (typeof page === 'number') {
      response.writeHead(page, { 'content-type': 'application/json' }).end('{"error":"no"}')
      return
    }
    response.setHeader('content-type', 'application/json')
    if (isLinked(page)) response.setHeader('link', page.link)
    response.end(JSON.stringify(isLinked(page) ? page.body : page))
  }
}
const isLinked = (page: unknown): page is { body: unknown; link: string } =>
  typeof page === 'object' && page !== null && 'link' in page
const linked = (body: unknown, url: string) => ({ body, link: `<${url}>; rel="next"` })

describe('by Link header', () => {
  test('the items of all pages are joined, and the rest is of the last one', async () => {
    pages(linked([1, 2], '/items?page=2'), linked([], `${server.origin}/items?page=3`), [3])
    expect(await outputOf({ pagination: 'link', itemsPath: '$' })).toEqual({
      status: 200,
      ok: true,
      headers: expect.not.objectContaining({ link: expect.anything() }),
      body: [1, 2, 3],
      durationMs: expect.any(Number),
      url: `${server.origin}/items?page=3`,
      pages: 3,
      hasMore: false,
    })
    expect(asked()).toEqual(['/items', '/items?page=2', '/items?page=3'])
  })

  test('without a path the whole bodies are', async () => {
    pages(linked({ a: 1 }, '?p=2'), { a: 2 })
    expect(await outputOf({ pagination: 'link' })).toMatchObject({ body: [{ a: 1 }, { a: 2 }], pages: 2 })
  })

  test.each([
    ['</a>; rel="prev", </b>; rel=next', '/b'],
    ['</a>;title="x, <y>; rel=\\"next\\"";rel="last", </b,c>; REL="prefetch NEXT"', '/b,c'],
    ['</a>; rel=last; rel=next, </b>; rel=next', '/b'],
    ['</a>; anchor="#x"; rel=next, </b> ; rel = "next"', '/b'],
    ['</b>; flag; rel=next', '/b'],
  ])('%s is read as the standard says', async (link, expected) => {
    pages({ body: [], link }, [])
    await outputOf({ pagination: 'link' })
    expect(asked()).toEqual(['/items', expected])
  })

  test.each(['', 'next', '</b>', '</b>; rel="nextone"', '</b; rel=next', ','.repeat(5000)])(
    'of %j there is no next page',
    async (link) => {
      pages({ body: [], link })
      expect(await outputOf({ pagination: 'link' })).toMatchObject({ pages: 1, hasMore: false })
    },
  )
})

describe('by a URL in the body', () => {
  const fields = { pagination: 'nextUrl', nextPath: 'paging.next', itemsPath: 'data' }

  test.each([null, '', false, undefined])('%j ends the pages', async (next) => {
    pages({ data: [1], paging: { next: '/items?after=1' } }, { data: [2], paging: { next } })
    expect(await outputOf(fields)).toMatchObject({ body: [1, 2], pages: 2 })
  })

  test.each([
    ['["@odata.nextLink"]', { '@odata.nextLink': '/2' }],
    ['$.links[1].href', { links: [{}, { href: '/2' }] }],
    ['_links.next.href', { _links: { next: { href: '/2' } } }],
  ])('%s finds it', async (nextPath, body) => {
    pages(body, {})
    expect(await outputOf({ pagination: 'nextUrl', nextPath })).toMatchObject({ pages: 2 })
  })

  test.each(['links.length', 'constructor', 'toString', '__proto__.x', 'text.length'])(
    '%s leads to nothing that is not data',
    async (nextPath) => {
      pages({ links: [1], text: 'abc' })
      expect(await outputOf({ pagination: 'nextUrl', nextPath })).toMatchObject({ pages: 1 })
    },
  )

  test.each([[{ a: 1 }], [['/2']], [true]])('%j is refused', async (next) => {
    pages({ data: [], paging: { next } })
    expect(await errorOf(fields)).toMatchObject({
      code: 'STEP_FAILED',
      message: expect.stringMatching(/field "nextPath": leads to no URL or cursor\. On page 1/),
    })
  })
})

describe('by cursor', () => {
  const fields = { pagination: 'cursor', nextPath: 'cursor', pageParameter: 'after', itemsPath: 'data' }

  test('each is sent in the parameter, percent-encoded, in the place of the one before', async () => {
    pages({ data: [1], cursor: 'a/+=&' }, { data: [2], cursor: 7 }, { data: [3] })
    const url = `${server.origin}/items?after=0&x=%2F+1#part`
    const query = [
      { name: 'after', value: 'start' },
      { name: 'limit', value: '1' },
    ]
    expect(await outputOf({ ...fields, url, query })).toMatchObject({ body: [1, 2, 3], pages: 3 })
    expect(asked()).toEqual([
      '/items?after=0&x=%2F+1&after=start&limit=1',
      '/items?x=%2F+1&limit=1&after=a%2F%2B%3D%26',
      '/items?x=%2F+1&limit=1&after=7',
    ])
  })

  test('the same again, with no items, is the end', async () => {
    pages({ data: [1], cursor: 'scroll' }, { data: [], cursor: 'scroll' })
    expect(await outputOf(fields)).toMatchObject({ body: [1], pages: 2 })
  })

  test('the same again, with items, is a circle', async () => {
    pages({ data: [1], cursor: 'a' }, { data: [2], cursor: 'a' })
    expect(await errorOf(fields)).toMatchObject({
      code: 'STEP_FAILED',
      message: `Page 2 of ${server.host} leads to a page that was read before.`,
    })
    expect(server.received).toHaveLength(2)
  })
})

describe('by number', () => {
  const fields = { pagination: 'page', pageParameter: 'page', itemsPath: 'data' }

  test('pages count from 1 until one is empty', async () => {
    pages({ data: [1] }, { data: [2] }, { data: [] })
    expect(await outputOf({ ...fields, url: `${server.origin}/items?page=9&x=1` })).toMatchObject({
      body: [1, 2],
      pages: 3,
      hasMore: false,
    })
    expect(asked()).toEqual(['/items?x=1&page=1', '/items?x=1&page=2', '/items?x=1&page=3'])
  })

  test('or from another number', async () => {
    pages({ data: [1] }, { data: null })
    await outputOf({ ...fields, startAt: 0 })
    expect(asked()).toEqual(['/items?page=0', '/items?page=1'])
  })

  test('an offset counts the items that came', async () => {
    pages({ data: [1, 2] }, { data: [3] }, {})
    expect(await outputOf({ ...fields, pagination: 'offset', pageParameter: 'skip' })).toMatchObject({
      body: [1, 2, 3],
    })
    expect(asked()).toEqual(['/items?skip=0', '/items?skip=2', '/items?skip=3'])
  })

  test('the same items again are no next page', async () => {
    answer = (_request, response) =>
      response.setHeader('content-type', 'application/json').end('{"data":[1]}')
    expect(await errorOf(fields)).toMatchObject({
      code: 'STEP_FAILED',
      message: expect.stringMatching(/field "pageParameter": does not lead on/),
    })
    expect(server.received).toHaveLength(2)
  })
})

describe('the cap', () => {
  test('ends the pages and says that there may be more', async () => {
    answer = (request, response) => {
      const next = Number(new URL(request.url, server.origin).searchParams.get('n') ?? 0) + 1
      response.setHeader('link', `</items?n=${next}>; rel=next`).end('x')
    }
    expect(await outputOf({ pagination: 'link', maxPages: 3 })).toMatchObject({ pages: 3, hasMore: true })
    expect(server.received).toHaveLength(3)
    expect(await outputOf({ pagination: 'link' })).toMatchObject({ pages: 100, hasMore: true })
  })

  test('on the very last page is no cap', async () => {
    pages(linked([1], '/2'), [2])
    expect(await outputOf({ pagination: 'link', maxPages: 2 })).toMatchObject({ pages: 2, hasMore: false })
  })

  test('of one answer holds for all pages together', async () => {
    const body = Buffer.alloc(9 * 1024 * 1024, 'x')
    // The last page is the one too much.
    answer = (request, response) => {
      if (request.url.length < 8) response.setHeader('link', `<${request.url}1>; rel=next`)
      response.end(body)
    }
    expect(await errorOf({ pagination: 'link' })).toEqual({
      code: 'RESPONSE_TOO_LARGE',
      message: `The pages of ${server.host} are together larger than 26214400 bytes.`,
    })
    expect(server.received).toHaveLength(3)
  })
})

describe('a next link of a hostile server', () => {
  const secretly = {
    headers: [{ name: 'Authorization', value: 'Bearer {{ secrets.KEY }}' }],
    query: [{ name: 'key', value: '{{ secrets.KEY }}' }],
  }

  test.each<[string, () => string]>([
    ['another port', () => `${other.origin}/`],
    ['another host', () => server.origin.replace('127.0.0.1', 'localhost')],
    ['another scheme', () => server.origin.replace('http:', 'https:')],
    ['a host without scheme', () => `//${other.host}/`],
    ['backslashes', () => `\\\\${other.host}\\`],
    ['user info that looks like the host', () => `http://${server.host}@${other.host}/`],
    ['user info before the host', () => `http://me:pw@${server.host}/`],
    ['the cloud’s metadata', () => 'http://169.254.169.254/latest/meta-data/'],
    ['a file', () => 'file:///etc/passwd'],
    ['a script', () => 'javascript:alert(1)'],
    ['data', () => 'data:application/json,[]'],
    ['a blob of our origin', () => `blob:${server.origin}/items`],
    ['a host that repeats the secret', () => `http://${KEY.replaceAll('_', '-')}.evil.test/`],
  ])('to %s is refused, and nothing is sent there', async (_what, target) => {
    for (const fields of [
      { pagination: 'link' },
      { pagination: 'nextUrl', nextPath: 'next', itemsPath: 'items' },
    ]) {
      server.received.length = 0
      answer = (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', link: `<${target()}>; rel=next` })
        response.end(JSON.stringify({ items: [1], next: target() }))
      }
      expect(await errorOf({ ...secretly, ...fields })).toEqual({
        code: 'DESTINATION_NOT_ALLOWED',
        message: `Page 1 leads to another origin (scheme, host or port) than ${server.host}, where nothing of this step is sent.`,
      })
      expect(server.received).toHaveLength(1)
      expect(other.received).toEqual([])
    }
  })

  test('is refused as well from another origin that a redirect led to, even back to ours', async () => {
    const hostile = await startEchoServer((_request, response) => {
      response.setHeader('link', `<${server.origin}/admin/delete>; rel=next`).end('[]')
    })
    answer = (_request, response) => response.writeHead(302, { location: hostile.origin }).end()
    const error = await errorOf({ pagination: 'link', ...secretly })
    await hostile[Symbol.asyncDispose]()
    expect(error?.code).toBe('DESTINATION_NOT_ALLOWED')
    expect(asked()).toEqual([`/items?key=${KEY}`])
    expect(hostile.received[0]?.headers['authorization']).toBeUndefined()
  })

  test('within our origin that redirects to another does not take the credentials along', async () => {
    answer = (request, response) => {
      if (request.url.startsWith('/2')) response.writeHead(302, { location: `${other.origin}/` }).end()
      else response.setHeader('link', '</2>; rel=next').end('[]')
    }
    await outputOf({ pagination: 'link', headers: secretly.headers })
    expect(other.received).toHaveLength(1)
    expect(JSON.stringify(other.received)).not.toContain(KEY)
  })

  test('that never ends is too long', async () => {
    pages({ next: `/${'a'.repeat(9000)}` })
    expect(await errorOf({ pagination: 'nextUrl', nextPath: 'next' })).toMatchObject({
      code: 'STEP_FAILED',
      message: expect.stringContaining('in over 8192 characters'),
    })
  })

  test.each(['http://', 'http://[::1', 'https://:0/'])('%s is no URL', async (next) => {
    pages({ next })
    const error = await errorOf({ pagination: 'nextUrl', nextPath: 'next' })
    expect(error).toMatchObject({ code: 'STEP_FAILED', message: expect.stringContaining('is no URL') })
  })

  test('to itself, or round in a circle, ends in an error', async () => {
    pages(linked([1], '/b'), linked([2], '/items#again'))
    expect(await errorOf({ pagination: 'link', itemsPath: '$' })).toMatchObject({ code: 'STEP_FAILED' })
    expect(server.received).toHaveLength(2)
  })
})

describe('what each page is sent', () => {
  test('method, headers, body and secrets are those of the first', async () => {
    pages(linked([], '/2'), [])
    await outputOf({
      pagination: 'link',
      method: 'POST',
      headers: [{ name: 'Authorization', value: 'Bearer {{ secrets.KEY }}' }],
      bodyKind: 'json',
      body: { key: '{{ secrets.KEY }}' },
    })
    for (const request of server.received) {
      expect(request).toMatchObject({ method: 'POST', body: JSON.stringify({ key: KEY }) })
      expect(request.headers['authorization']).toBe(`Bearer ${KEY}`)
    }
    expect(server.received).toHaveLength(2)
  })

  test('a parameter that the link has already is not doubled, and one that it lacks is added', async () => {
    pages(linked([], `/items?key=${KEY}&p=2`), linked([], '/items?p=3'), [])
    await outputOf({ pagination: 'link', query: [{ name: 'key', value: '{{ secrets.KEY }}' }] })
    expect(asked()).toEqual([`/items?key=${KEY}`, `/items?key=${KEY}&p=2`, `/items?p=3&key=${KEY}`])
  })

  test('what the output shows of the last URL is redacted', async () => {
    pages(linked([], `/items?key=${KEY}&p=2`), [])
    const headers = [{ name: 'X-Key', value: '{{ secrets.KEY }}' }]
    const { output } = await run({ pagination: 'link', headers })
    expect(output).toMatchObject({ url: `${server.origin}/items?key=[secret KEY]&p=2` })
  })
})

describe('an error status on a later page', () => {
  test('fails the step', async () => {
    pages(linked([1], '/2'), 500)
    expect(await errorOf({ pagination: 'link' })).toEqual({
      code: 'STEP_FAILED',
      message: `${server.host} answered 500.`,
    })
  })

  test('ends the pages when the step is not to fail', async () => {
    pages(linked([1], '/2'), 404)
    const output = await outputOf({ pagination: 'link', itemsPath: '$', failOnErrorStatus: false })
    expect(output).toMatchObject({ status: 404, ok: false, body: [1], pages: 1, hasMore: false })
  })

  test('is retried, for each page anew', async () => {
    pages(503, linked([1], '/2'), 503, [2])
    const fields = { pagination: 'link', itemsPath: '$', retries: 1 }
    expect(await outputOf(fields)).toMatchObject({ body: [1, 2], pages: 2 })
    expect(asked()).toEqual(['/items', '/items', '/2', '/2'])
  })
})

test('to cancel stops between and during pages', async () => {
  const controller = new AbortController()
  answer = (request, response) => {
    if (request.url === '/items') response.setHeader('link', '</2>; rel=next').end('[]')
    else controller.abort(new AppError('CANCELLED', 'The run was cancelled.'))
  }
  const outcome = await run({ pagination: 'link' }, { signal: controller.signal })
  expect(outcome).toMatchObject({ status: 'CANCELLED', error: { code: 'CANCELLED' } })
  expect(server.received).toHaveLength(2)
})

describe('refuses', () => {
  test.each<[string, unknown, RegExp]>([
    ['an object', { data: {} }, /on page 1 of .* that is an object/],
    ['a text', { data: 'x' }, /that is a string/],
    ['nothing', {}, /nothing stands there/],
    ['a body that is no JSON object', 'text', /nothing stands there/],
  ])('items that are %s', async (_what, body, message) => {
    pages(body)
    expect(await errorOf({ pagination: 'link', itemsPath: 'data' })).toEqual({
      code: 'STEP_FAILED',
      message: expect.stringMatching(message),
    })
  })

  test.each<[string, Fields, RegExp]>([
    ['a path that is none', { pagination: 'link', itemsPath: 'a..b' }, /field "itemsPath": is not a path/],
    ['an open bracket', { pagination: 'link', itemsPath: '[0' }, /field "itemsPath"/],
    ['a next path that is none', { pagination: 'nextUrl', nextPath: '["a]' }, /field "nextPath"/],
    [
      'counting without items',
      { pagination: 'page', pageParameter: 'p' },
      /field "itemsPath": is required to count/,
    ],
    ['counting without items', { pagination: 'offset', pageParameter: 'p' }, /field "itemsPath"/],
  ])('%s before anything is sent', async (_what, fields, message) => {
    expect(await errorOf(fields)).toEqual({
      code: 'INVALID_FIELD',
      message: expect.stringMatching(message),
    })
    expect(server.received).toEqual([])
  })
})
