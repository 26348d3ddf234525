import { describe, expect, test } from 'vitest'
import { customHttp } from '../../plugins/custom-http/custom-http.ts'
import { type Fields, linked, PagedWorld } from './paged-world.ts'
import { runStep } from './run-step.ts'

const world = new PagedWorld()
const { pages, outputOf, errorOf, asked } = world

describe('by Link header', () => {
  test('the items of all pages are joined, and the rest of the output is from the last one', async () => {
    pages(linked([1, 2], '/items?page=2'), linked([], `${world.server.origin}/items?page=3`), [3])
    expect(await outputOf({ pagination: 'link', itemsPath: '$' })).toEqual({
      status: 200,
      ok: true,
      headers: expect.not.objectContaining({ link: expect.anything() }),
      body: [1, 2, 3],
      durationMs: expect.any(Number),
      url: `${world.server.origin}/items`,
      pages: 3,
      hasMore: false,
    })
    expect(asked()).toEqual(['/items', '/items?page=2', '/items?page=3'])
  })

  test('without a path to the items the whole bodies are joined', async () => {
    pages(linked({ a: 1 }, '?p=2'), { a: 2 })
    expect(await outputOf({ pagination: 'link' })).toMatchObject({ body: [{ a: 1 }, { a: 2 }], pages: 2 })
  })

  test.each([
    ['</a>; rel="prev", </b>; rel=next', '/b'],
    ['</a>;title="x, <y>; rel=\\"next\\"";rel="last", </b,c>; REL="prefetch NEXT"', '/b,c'],
    ['</a>; rel=last; rel=next, </b>; rel=next', '/b'],
    ['</a>; anchor="#x"; rel=next, </b> ; rel = "next"', '/b'],
    ['</b>; flag; rel=next', '/b'],
  ])('%s is parsed as the standard says', async (link, expected) => {
    pages({ body: [], link }, [])
    await outputOf({ pagination: 'link' })
    expect(asked()).toEqual(['/items', expected])
  })

  test.each(['', 'next', '</b>', '</b>; rel="nextone"', '</b; rel=next', ','.repeat(5000)])(
    '%j has no next page',
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
  ])('%s finds the URL', async (nextPath, body) => {
    pages(body, {})
    expect(await outputOf({ pagination: 'nextUrl', nextPath })).toMatchObject({ pages: 2 })
  })

  test.each(['links.length', 'constructor', 'toString', '__proto__.x', 'text.length'])(
    '%s reaches only plain data',
    async (nextPath) => {
      pages({ links: [1], text: 'abc' })
      expect(await outputOf({ pagination: 'nextUrl', nextPath })).toMatchObject({ pages: 1 })
    },
  )

  test.each([[{ a: 1 }], [['/2']], [true]])('%j is refused as a path', async (next) => {
    pages({ data: [], paging: { next } })
    expect(await errorOf(fields)).toMatchObject({
      code: 'STEP_FAILED',
      message: expect.stringMatching(/field "nextPath": leads to no URL or cursor\. On page 1/),
    })
  })
})

describe('by cursor', () => {
  const fields = { pagination: 'cursor', nextPath: 'cursor', pageParameter: 'after', itemsPath: 'data' }

  test('each cursor is sent in the parameter, percent-encoded, replacing the one before', async () => {
    pages({ data: [1], cursor: 'a/+=&' }, { data: [2], cursor: 7 }, { data: [3] })
    const url = `${world.server.origin}/items?after=0&x=%2F+1#part`
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

  test('the same cursor again, without items, ends the pages', async () => {
    pages({ data: [1], cursor: 'scroll' }, { data: [], cursor: 'scroll' })
    expect(await outputOf(fields)).toMatchObject({ body: [1], pages: 2 })
  })

  test('the same cursor again, with items, is an error', async () => {
    pages({ data: [1], cursor: 'a' }, { data: [2], cursor: 'a' })
    expect(await errorOf(fields)).toMatchObject({
      code: 'STEP_FAILED',
      message: `Page 2 of ${world.server.host} leads to a page that was read before.`,
    })
    expect(world.server.received).toHaveLength(2)
  })
})

describe('by number', () => {
  const fields = { pagination: 'page', pageParameter: 'page', itemsPath: 'data' }

  test('pages count from 1 until one is empty', async () => {
    pages({ data: [1] }, { data: [2] }, { data: [] })
    expect(await outputOf({ ...fields, url: `${world.server.origin}/items?page=9&x=1` })).toMatchObject({
      body: [1, 2],
      pages: 3,
      hasMore: false,
    })
    expect(asked()).toEqual(['/items?x=1&page=1', '/items?x=1&page=2', '/items?x=1&page=3'])
  })

  test('pages count from another number', async () => {
    pages({ data: [1] }, { data: null })
    await outputOf({ ...fields, startAt: 0 })
    expect(asked()).toEqual(['/items?page=0', '/items?page=1'])
  })

  test('an offset counts the received items', async () => {
    pages({ data: [1, 2] }, { data: [3] }, {})
    expect(await outputOf({ ...fields, pagination: 'offset', pageParameter: 'skip' })).toMatchObject({
      body: [1, 2, 3],
    })
    expect(asked()).toEqual(['/items?skip=0', '/items?skip=2', '/items?skip=3'])
  })

  test('the same items again are an error', async () => {
    world.answer = (_request, response) =>
      response.setHeader('content-type', 'application/json').end('{"data":[1]}')
    expect(await errorOf(fields)).toMatchObject({
      code: 'STEP_FAILED',
      message: expect.stringMatching(/field "pageParameter": does not lead on/),
    })
    expect(world.server.received).toHaveLength(2)
  })
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
      at: { field: 'itemsPath' },
    })
  })

  test.each<[string, Fields, string]>([
    ['a path that is none', { pagination: 'link', itemsPath: 'a..b' }, 'itemsPath'],
    ['an open bracket', { pagination: 'link', itemsPath: '[0' }, 'itemsPath'],
    ['a next path that is none', { pagination: 'nextUrl', nextPath: '["a]' }, 'nextPath'],
  ])('%s before anything is sent', async (_what, fields, field) => {
    expect(await errorOf(fields)).toEqual({
      code: 'INVALID_FIELD',
      message: expect.stringContaining(`field "${field}": is not a path`),
      at: { field },
    })
    expect(world.server.received).toEqual([])
  })

  test.each(['page', 'offset'])(
    'counting by %s without a path to items, in an older step',
    async (pagination) => {
      const fields = { url: `${world.server.origin}/items`, pagination, pageParameter: 'p' }
      await expect(runStep(customHttp, fields)).rejects.toMatchObject({
        code: 'INVALID_FIELD',
        message: expect.stringContaining('field "itemsPath": is required'),
      })
      expect(world.server.received).toEqual([])
    },
  )
})
